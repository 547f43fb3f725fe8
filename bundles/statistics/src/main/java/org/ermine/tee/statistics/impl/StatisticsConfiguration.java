// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the statistics. */
@ObjectClassDefinition(
        name = "Ermine Statistics",
        description = "How long invocations and callbacks take. A change takes effect at once.")
@interface StatisticsConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.statistics";

    @AttributeDefinition(
            name = "Enabled",
            type = AttributeType.BOOLEAN,
            description =
                    "Whether it is measured how long invocations and callbacks take. Switched off it costs nothing;"
                            + " switched on again it begins anew. Default: true.")
    String enabled() default "true";

    @AttributeDefinition(
            name = "Sampling of invocations",
            description =
                    "Of so many invocations of a thread one is measured, 1 to 65536. With 1 all are, which makes a "
                            + "short"
                            + " invocation noticeably longer. Callbacks are always measured. Default: 64.",
            min = "1",
            max = "65536")
    int sampling() default 64;
}
