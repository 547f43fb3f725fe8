// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.ermine.tee.embedded.options.OptionReader;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.qtee.emulator.state.SecureState;
import org.osgi.framework.BundleContext;

/**
 * What an operator makes of the emulated QTEE.
 *
 * @param stateDirectory where the secure state lies
 * @param settings its limits
 */
record Emulation(Path stateDirectory, EmulatorSettings settings) {

    /** Where the secure state lies unless it is configured; null if the framework has no room for it. */
    static Path area(BundleContext bundle) {
        File area = bundle.getDataFile("secure");
        return area == null ? null : area.toPath();
    }

    /**
     * Reads the options, and tries a state directory before the one in force is given up for it.
     *
     * @param area where the secure state lies unless it is configured; null: nowhere
     * @param inUse the state directory in force; null: none
     */
    static Emulation read(OptionReader<EmulatorConfiguration> options, Path area, Path inUse) {
        Path configured = options.directory(EmulatorConfiguration::stateDirectory);
        Path directory = configured == null ? area : configured;
        if (directory == null) {
            options.reject("stateDirectory", "is empty, and this framework has no data area for bundles");
        } else if (!directory.equals(inUse)) {
            tryOut(options, directory);
        }
        return new Emulation(directory, EmulatorSettings.read(options));
    }

    private static void tryOut(OptionReader<EmulatorConfiguration> options, Path directory) {
        try {
            SecureState.open(directory).close();
        } catch (IOException e) {
            options.reject("stateDirectory", "is " + directory + ", which cannot be used: " + e);
        }
    }
}
