// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.file.Path;
import org.ermine.tee.options.OptionReader;

/**
 * What an operator makes of the emulated QTEE.
 *
 * @param stateDirectory where the secure state lies; null: in the data area of the bundle
 * @param settings its limits
 */
record Emulation(Path stateDirectory, Settings settings) {

    static Emulation read(OptionReader<EmulatorConfiguration> options) {
        return new Emulation(
                options.directory("stateDirectory", EmulatorConfiguration::stateDirectory), Settings.read(options));
    }
}
