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
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an {@link Emulator} a {@link SecureChannel} service, and gives it the trusted services and applications deployed. */
@Component(
        configurationPid = "org.ermine.tee.qtee.emulator",
        property = {SecureChannel.NAME + "=qtee-emulator", TeeDevice.DEVELOPMENT + ":Boolean=true"},
        immediate = true)
@Designate(ocd = EmulatorComponent.Configuration.class)
public final class EmulatorComponent implements SecureChannel {

    private static final Logger LOG = LoggerFactory.getLogger(EmulatorComponent.class);

    /** What an operator can set. */
    @ObjectClassDefinition(
            name = "Ermine QTEE emulator",
            description = "The secure world in software. It protects nothing and is for development.")
    @interface Configuration {

        @AttributeDefinition(
                name = "State directory",
                description =
                        "Where device key and counters are kept. Accessible to the owner only, made if it does not"
                                + " exist. Empty: in the data area of the bundle, which goes when the bundle is uninstalled.")
        String stateDirectory() default "";

        @AttributeDefinition(
                name = "QTEE version",
                description = "The version that the emulated QTEE reports: major.minor.patch.")
        String qteeVersion() default Settings.DEFAULT_VERSION;

        @AttributeDefinition(
                name = "Object limit",
                description = "Most object ids that the normal world may hold; 16 to 4194304. The table takes about 4"
                        + " bytes for each from the start.",
                min = "16",
                max = "4194304")
        int maxObjects() default Settings.DEFAULT_OBJECTS;

        @AttributeDefinition(
                name = "Secure heap (MiB)",
                description =
                        "Size of the modelled secure heap, which objects and applications are accounted to; 1 to 4095.",
                min = "1",
                max = "4095")
        int heapMiB() default Settings.DEFAULT_HEAP_MEBIBYTES;

        @AttributeDefinition(
                name = "Application limit",
                description = "Most trusted applications loaded at once; 1 to 4096.",
                min = "1",
                max = "4096")
        int maxApplications() default Settings.DEFAULT_APPLICATIONS;

        @AttributeDefinition(
                name = "Listener limit",
                description = "Most listeners registered at once; 1 to 4096.",
                min = "1",
                max = "4096")
        int maxListeners() default Settings.DEFAULT_LISTENERS;

        @AttributeDefinition(
                name = "Listener wait (ms)",
                description = "How long a request waits for a busy listener before it fails with BUSY; 1 to 3600000.",
                min = "1",
                max = "3600000")
        long listenerWaitMillis() default Settings.DEFAULT_LISTENER_WAIT;

        @AttributeDefinition(
                name = "Stop wait (ms)",
                description = "How long stopping waits for calls in progress; 0 to 3600000.",
                min = "0",
                max = "3600000")
        long stopMillis() default Settings.DEFAULT_STOP_WAIT;
    }

    private final Emulator emulator;

    @Activate
    public EmulatorComponent(BundleContext bundle, @Reference PhysicalMemory memory, Configuration configuration)
            throws IOException {
        String directory = configuration.stateDirectory();
        Path state = directory.isEmpty() ? bundle.getDataFile("secure").toPath() : Path.of(directory);
        emulator = new Emulator(memory, state, settings(configuration));
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

    private static Settings settings(Configuration configuration) {
        return new Settings(
                Settings.version(configuration.qteeVersion()),
                configuration.maxObjects(),
                (long) configuration.heapMiB() << 20,
                configuration.maxApplications(),
                configuration.maxListeners(),
                configuration.listenerWaitMillis(),
                configuration.stopMillis());
    }
}
