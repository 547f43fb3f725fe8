// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import org.ermine.tee.embedded.options.OptionReader;

/** Makes limits of options. */
public final class DrawerOptions {

    /** As many as a store may have. */
    private static final int MOST_OBJECTS = 262_144;

    private static final long MOST_MIB = 1 << 30;

    private DrawerOptions() {}

    public static DrawerLimits read(OptionReader<DrawerConfiguration> options) {
        return new DrawerLimits(
                rules(options),
                options.integer("maxObjectsPerDrawer", DrawerConfiguration::maxObjectsPerDrawer, 1, MOST_OBJECTS),
                options.number("maxPerDrawerMiB", DrawerConfiguration::maxPerDrawerMiB, 1, MOST_MIB) << 20);
    }

    /** No default may stand in for rules that are wrong: it may let in whom they were to keep out. */
    private static DrawerRules rules(OptionReader<DrawerConfiguration> options) {
        String text = options.text("drawers", configured -> String.join(";", configured.drawers()), whole -> whole);
        try {
            return DrawerRules.parse(text);
        } catch (IllegalArgumentException e) {
            options.reject("drawers", "is refused: " + e.getMessage());
            return DrawerLimits.USUAL.rules();
        }
    }
}
