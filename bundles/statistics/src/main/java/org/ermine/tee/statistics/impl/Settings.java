// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.ermine.tee.options.OptionReader;
import org.ermine.tee.spi.TeeObserver;

/** The options that are in force. */
record Settings(boolean enabled, int sampling) {

    static Settings read(OptionReader<StatisticsConfiguration> options) {
        return new Settings(
                options.text("enabled", StatisticsConfiguration::enabled, Settings::flag),
                options.integer("sampling", StatisticsConfiguration::sampling, 1, TeeObserver.MOST_SAMPLING));
    }

    /** A boolean option would take every typo for false. */
    private static boolean flag(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }
}
