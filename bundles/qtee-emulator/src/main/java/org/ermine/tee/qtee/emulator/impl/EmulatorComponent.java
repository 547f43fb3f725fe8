// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an {@link Emulator} a {@link SecureChannel} service, and gives it the trusted services and applications deployed. */
@Component(
        property = {SecureChannel.NAME + "=qtee-emulator", TeeDevice.DEVELOPMENT + ":Boolean=true"},
        immediate = true)
public final class EmulatorComponent implements SecureChannel {

    private static final Logger LOG = LoggerFactory.getLogger(EmulatorComponent.class);

    private final Emulator emulator;

    @Activate
    public EmulatorComponent(BundleContext bundle, @Reference PhysicalMemory memory, @Reference Emulation emulation)
            throws IOException {
        Path configured = emulation.stateDirectory();
        Path state = configured == null ? bundle.getDataFile("secure").toPath() : configured;
        emulator = new Emulator(memory, state, emulation.settings());
    }

    @Deactivate
    void deactivate() {
        emulator.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addService(TrustedService service, Map<String, Object> properties) {
        if (has("trusted service", TrustedService.UID, Integer.class, properties)) {
            emulator.addService((int) properties.get(TrustedService.UID), service, properties);
        }
    }

    void removeService(TrustedService service) {
        emulator.removeService(service);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addApplication(TrustedApplication application, Map<String, Object> properties) {
        if (has("trusted application", TrustedApplication.NAME, String.class, properties)) {
            emulator.addApplication((String) properties.get(TrustedApplication.NAME), application, properties);
        }
    }

    void removeApplication(TrustedApplication application) {
        emulator.removeApplication(application);
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        emulator.invoke(call);
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        emulator.callbackResponse(call);
    }

    /** Whether a service has the property it is known by; says so in the log if not. */
    private static boolean has(String what, String key, Class<?> type, Map<String, Object> properties) {
        Object value = properties.get(key);
        if (!type.isInstance(value)) {
            LOG.warn(
                    "The {} of bundle {} (service {}) is ignored: its property {} is {}, expected {}",
                    what,
                    properties.get(Constants.SERVICE_BUNDLEID),
                    properties.get(Constants.SERVICE_ID),
                    key,
                    value == null ? "missing" : "of type " + value.getClass().getSimpleName(),
                    type.getSimpleName());
        }
        return type.isInstance(value);
    }
}
