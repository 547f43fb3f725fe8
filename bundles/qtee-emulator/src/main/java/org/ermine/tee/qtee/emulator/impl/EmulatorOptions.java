// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.file.Path;
import java.util.Map;
import org.ermine.tee.embedded.options.PublishedOptions;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what an operator makes of the emulated QTEE; a change of it restarts QTEE. As long as there is none because its
 * state directory cannot be used, {@code tee:devices} tells why.
 */
@Component(service = RuntimeContributor.class, immediate = true, configurationPid = EmulatorConfiguration.PID)
@Designate(ocd = EmulatorConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.qtee.emulator.impl.Emulation\"",
        effective = "active")
public final class EmulatorOptions implements RuntimeContributor {

    private static final Logger LOG = LoggerFactory.getLogger(EmulatorOptions.class);

    private final PublishedOptions<EmulatorConfiguration, Emulation> options;

    @Activate
    public EmulatorOptions(BundleContext bundle, EmulatorConfiguration configuration, Map<String, Object> properties) {
        Path area = Emulation.area(bundle);
        options = new PublishedOptions<>(
                bundle,
                EmulatorConfiguration.PID,
                EmulatorConfiguration.class,
                configuration,
                properties,
                Emulation.class,
                reader -> Emulation.read(reader, area, stateInUse()),
                LOG::error);
    }

    private Path stateInUse() {
        Emulation inForce = options == null ? null : options.inForce();
        return inForce == null ? null : inForce.stateDirectory();
    }

    @Modified
    void modified(EmulatorConfiguration changed, Map<String, Object> properties) {
        options.change(changed, properties);
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        options.contribute(runtime, "channel", EmulatorComponent.NAME);
    }

    @Override
    public void onChange(Runnable listener) {
        options.onChange(listener);
    }

    @Deactivate
    void deactivate() {
        options.close();
    }
}
