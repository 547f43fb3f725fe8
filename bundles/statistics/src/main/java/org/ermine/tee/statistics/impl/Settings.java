// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.ermine.tee.embedded.options.OptionReader;

/** The options that are in force. */
record Settings(boolean enabled, int sampling) {

    static Settings read(OptionReader<StatisticsConfiguration> options) {
        return new Settings(
                options.flag(StatisticsConfiguration::enabled), options.integer(StatisticsConfiguration::sampling));
    }
}
