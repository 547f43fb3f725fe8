// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the sealed storage TA. */
@ObjectClassDefinition(
        name = "Ermine sealed storage application",
        description = "Which bundles share which drawers of sealed storage, and how much may be in each. A change takes"
                + " effect at once: on operations from then on.")
public @interface DrawerConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.ta.sealedstorage";

    @AttributeDefinition(
            name = "Drawers",
            description = "Who may use which drawers beside its own. A rule is BUNDLES: DRAWER, DRAWER... BUNDLES is a"
                    + " symbolic name; * stands for any text in both. Rules are separated by semicolons. What no rule "
                    + "permits is refused. The drawer of a bundle is bundle/ and its symbolic name; common has what was"
                    + " sealed before there were drawers. Default, and so before a configuration comes: every bundle "
                    + "the drawer common; where the property org.ermine.tee.core.requirePermissions of the framework or"
                    + " the system is true, none then.")
    String[] drawers() default DrawerRules.BY_DEFAULT;

    @AttributeDefinition(
            name = "Maximum of objects per drawer",
            description =
                    "How many objects one drawer may have. A further one is refused; what is there can be replaced and"
                            + " removed. The store has 262144 at most, so that two drawers do not fill it by default, "
                            + "but three do: lower this where bundles are not trusted. 1 to 262144.",
            min = "1",
            max = "262144")
    int maxObjectsPerDrawer() default DrawerLimits.USUAL_OBJECTS;

    @AttributeDefinition(
            name = "Maximum size of a drawer",
            description =
                    "How much the objects of one drawer may hold together, with their metadata, those that are being"
                            + " written among them, in MiB. What would be more is refused. The disk may have less for"
                            + " all drawers: lower this where bundles are not trusted. 1 to 1073741824.",
            min = "1",
            max = "1073741824")
    long maxPerDrawerMiB() default DrawerLimits.USUAL_MIB;
}
