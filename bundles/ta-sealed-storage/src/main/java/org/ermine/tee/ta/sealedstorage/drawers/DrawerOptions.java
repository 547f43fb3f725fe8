// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import org.ermine.tee.embedded.options.OptionReader;

/** Makes limits of options. */
public final class DrawerOptions {

    private DrawerOptions() {}

    public static DrawerLimits read(OptionReader<DrawerConfiguration> options) {
        return new DrawerLimits(
                rules(options),
                options.integer(DrawerConfiguration::maxObjectsPerDrawer),
                options.number(DrawerConfiguration::maxPerDrawerMiB) << 20);
    }

    /** No default may stand in for rules that are wrong: it may let in whom they were to keep out. */
    private static DrawerRules rules(OptionReader<DrawerConfiguration> options) {
        return options.required(
                configured -> String.join(";", configured.drawers()), DrawerRules::parse, DrawerLimits.USUAL.rules());
    }
}
