// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.io.IOException;
import java.util.Map;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.RuntimeContributor;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.testing.impl.ComponentDescription;
import org.ermine.tee.testing.impl.LocalBundle;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;

/** The emulator's component, wired as its component description says. */
public final class EmulatorAssembly {

    public static final String PID = EmulatorConfiguration.PID;

    private EmulatorAssembly() {}

    public static void start(LocalBundle bundle, PhysicalMemory memory, Permissions permissions) throws IOException {
        Emulation emulation = bundle.read(
                EmulatorConfiguration.class,
                PID,
                options -> Emulation.read(options, Emulation.area(bundle.context()), null));
        EmulatorComponent emulator = new EmulatorComponent(bundle.context(), memory, emulation, permissions);
        bundle.bindReferences(
                TrustedService.class,
                properties -> true,
                emulator::addService,
                emulator::updatedService,
                emulator::removeService);
        bundle.bindReferences(
                TrustedApplication.class,
                properties -> true,
                emulator::addApplication,
                emulator::updatedApplication,
                emulator::removeApplication);
        emulator.activate();
        bundle.onDeactivate(emulator::deactivate);
        Map<String, Object> announced =
                ComponentDescription.of(EmulatorComponent.class).properties();
        bundle.register(RuntimeContributor.class, emulator, announced);
        bundle.register(SecureChannel.class, emulator, announced);
    }
}
