// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.Map;
import org.ermine.tee.options.PublishedOptions;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what an operator makes of the emulated QTEE; a change of it restarts QTEE. */
@Component(
        service = {},
        immediate = true,
        configurationPid = EmulatorConfiguration.PID)
@Designate(ocd = EmulatorConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.qtee.emulator.impl.Emulation\"",
        effective = "active")
public final class EmulatorOptions {

    private static final Logger LOG = LoggerFactory.getLogger(EmulatorOptions.class);

    private final PublishedOptions<EmulatorConfiguration, Emulation> options;

    @Activate
    public EmulatorOptions(BundleContext bundle, EmulatorConfiguration configuration) {
        options = new PublishedOptions<>(
                bundle,
                EmulatorConfiguration.PID,
                EmulatorConfiguration.class,
                configuration,
                Emulation.class,
                Emulation::read,
                LOG::error);
    }

    @Activate
    void activate(Map<String, Object> properties) {
        options.checkNames(properties);
    }

    @Modified
    void modified(EmulatorConfiguration changed, Map<String, Object> properties) {
        options.checkNames(properties);
        options.change(changed);
    }

    @Deactivate
    void deactivate() {
        options.close();
    }
}
