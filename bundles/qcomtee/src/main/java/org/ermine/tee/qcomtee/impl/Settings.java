// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.options.OptionReader;

/**
 * What an operator makes of the backend.
 *
 * @param limits what it bounds
 * @param ownership how threads come by the arguments of requests
 */
record Settings(Limits limits, ArgumentOwnership ownership) {

    static Settings read(OptionReader<QcomTeeConfiguration> options) {
        return new Settings(
                Limits.read(options),
                options.text("arguments", QcomTeeConfiguration::arguments, ArgumentOwnership::named));
    }
}
