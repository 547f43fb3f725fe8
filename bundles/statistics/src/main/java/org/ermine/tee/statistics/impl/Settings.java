// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.ermine.tee.embedded.options.OptionReader;
import org.ermine.tee.spi.TeeObserver;

/** The options that are in force. */
record Settings(boolean enabled, int sampling) {

    static Settings read(OptionReader<StatisticsConfiguration> options) {
        return new Settings(
                options.flag("enabled", StatisticsConfiguration::enabled),
                options.integer("sampling", StatisticsConfiguration::sampling, 1, TeeObserver.MOST_SAMPLING));
    }
}
