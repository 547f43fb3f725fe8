// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.impl.ComponentRuntime;
import org.ermine.tee.testing.impl.LocalBundle;
import org.ermine.tee.testing.impl.LocalFramework;
import org.ermine.tee.testing.impl.ServiceProperties;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * A TEE in memory: a device with an emulated QTEE, and a supplicant. Each is independent of all others. Thread safe.
 *
 * <pre>{@code
 * try (InMemoryTee tee = InMemoryTee.start()) {
 *     tee.deploy(new MyHandler());
 *     ByteBuffer answer = tee.request(0x4000, message);
 * }
 * }</pre>
 */
public final class InMemoryTee implements AutoCloseable {

    private static final String OWNER = "org.ermine.tee.testing";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final String MEMORY = "org.ermine.tee.shm";
    private static final String PERMISSIONS = "org.ermine.tee.permissions";
    private static final String CORE = "org.ermine.tee.core";
    private static final String BACKEND = "org.ermine.tee.qcomtee";
    private static final String EMULATOR = "org.ermine.tee.qtee.emulator";
    private static final String SUPPLICANT = "org.ermine.tee.supplicant";

    private static final List<Class<?>> SERVICE_TYPES =
            List.of(ListenerHandler.class, CallbackObject.class, TrustedService.class, TrustedApplication.class);

    private final LocalFramework framework;
    private final ComponentRuntime components;
    private final FaultInjector faults;
    private final TeeRuntime runtime;
    private final SecureWorker secureWorker = new SecureWorker();
    /** What closing does, the latest first. Guarded by itself. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final LocalBundle owner;
    private final TeeDevice device;
    private final TeeObject secureWork;
    /** Null while there is none. Guarded by this. */
    private LocalBundle supplicant;

    private InMemoryTee(Builder builder) throws IOException, TeeException {
        try {
            Path files = Files.createTempDirectory("ermine-testing");
            parts.push(() -> delete(files));
            framework = new LocalFramework(files);
            components = new ComponentRuntime(framework, builder.options);
            PhysicalMemory memory = framework.service(PhysicalMemory.class, installed(components.start(MEMORY)));
            faults = new FaultInjector(this::killSupplicant, SUPPLICANT, memory);
            framework.decorate(TeeDriver.class, faults::inFrontOf);
            framework.decorate(SecureChannel.class, channel -> faults.inFrontOf(builder.tap.apply(channel, memory)));
            installed(components.start(PERMISSIONS));
            runtime = framework.service(TeeRuntime.class, installed(components.start(CORE)));
            installed(components.start(BACKEND));
            installed(components.start(EMULATOR));
            parts.push(this::killSupplicant);
            startSupplicant();
            components.requireComplete();

            owner = installed(framework.install(OWNER));
            deploy(secureWorker);
            device = framework.service(TeeDevice.class, owner);
            secureWork = openApplication(SecureWorker.NAME);
        } catch (Throwable e) {
            closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            closeParts();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private LocalBundle installed(LocalBundle bundle) {
        synchronized (parts) {
            parts.push(bundle::stop);
        }
        return bundle;
    }

    private static void delete(Path files) throws IOException {
        try (Stream<Path> all = Files.walk(files)) {
            for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    /** A TEE with the defaults. */
    public static InMemoryTee start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What a TEE consists of. Can be used for any number of TEEs, one after the other. */
    public static final class Builder {

        private record Service(Object object, Map<String, ?> properties) {}

        private final Map<String, Map<String, Object>> options = new HashMap<>();
        private final List<Service> services = new ArrayList<>();
        private BiFunction<SecureChannel, PhysicalMemory, SecureChannel> tap = (channel, memory) -> channel;

        /** What a test need not wait for, and memory that it does not need. */
        private Builder() {
            option(MEMORY, "limitMiB", 64);
            option(MEMORY, "threadCacheKiB", 1024);
            option(EMULATOR, "maxObjects", 1 << 14);
            option(SUPPLICANT, "drainMillis", 500L);
        }

        /**
         * Sets an option of a bundle, as Configuration Admin would. Those that are not set have the bundle's own
         * defaults, but for the memory's {@code limitMiB} (64) and {@code threadCacheKiB} (1024), the emulator's {@code
         * maxObjects} (16384) and the supplicant's {@code drainMillis} (500).
         *
         * @param pid for example {@code org.ermine.tee.supplicant}
         */
        public Builder option(String pid, String name, Object value) {
            options.computeIfAbsent(pid, p -> new HashMap<>()).put(name, value);
            return this;
        }

        /** What stands between the backend and QTEE, and sees each message. */
        Builder tap(BiFunction<SecureChannel, PhysicalMemory, SecureChannel> tap) {
            this.tap = tap;
            return this;
        }

        /** Deploys a service from the start, see {@link InMemoryTee#deploy(Object)}. */
        public Builder with(Object service) {
            return with(service, Map.of());
        }

        /** Deploys a service from the start, see {@link InMemoryTee#deploy(Object, Map)}. */
        public Builder with(Object service, Map<String, ?> properties) {
            services.add(new Service(service, properties));
            return this;
        }

        /**
         * Starts a TEE.
         *
         * @return it, at work
         * @throws IllegalArgumentException for an option that there is not, whose value is out of its range, or for a
         *     service that cannot be used. What else is wrong about a text the bundle tells in its log.
         */
        public InMemoryTee start() {
            InMemoryTee tee;
            try {
                tee = new InMemoryTee(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (TeeException e) {
                throw new IllegalStateException("the TEE does not work: " + e.getMessage(), e);
            }
            try {
                services.forEach(service -> tee.deploy(service.object(), service.properties()));
                return tee;
            } catch (RuntimeException e) {
                tee.close();
                throw e;
            }
        }
    }

    /** The device, as the test's bundle has it. */
    public TeeDevice device() {
        return device;
    }

    /** The device, as another bundle has it: contexts opened through it belong to that bundle. */
    public TeeDevice device(String symbolicName) {
        return framework.service(TeeDevice.class, installed(framework.install(symbolicName)));
    }

    /** Opens a context on {@link #device()}. */
    public TeeContext open() throws TeeException {
        return device.open();
    }

    /** All services that there are. */
    List<ServiceReference<?>> services() {
        return framework.services();
    }

    /** What is open, and which handlers there are. */
    public TeeRuntime runtime() {
        return runtime;
    }

    /** Deploys a service with the properties that its class declares by annotation. */
    public Deployment deploy(Object service) {
        return deploy(service, Map.of());
    }

    /**
     * Deploys a service, and waits until it can be used: a {@link ListenerHandler}, {@link CallbackObject}, {@link
     * TrustedService} or {@link TrustedApplication}.
     *
     * @param properties come on top of what its class declares by annotation
     * @throws IllegalArgumentException if it cannot be used; the message says why
     */
    public Deployment deploy(Object service, Map<String, ?> properties) {
        Map<String, Object> all = ServiceProperties.of(service.getClass(), properties);
        List<ServiceRegistration<?>> registrations = new ArrayList<>();
        for (Class<?> type : SERVICE_TYPES) {
            if (type.isInstance(service)) {
                registrations.add(register(type, service, all));
            }
        }
        if (registrations.isEmpty()) {
            throw new IllegalArgumentException(service.getClass().getName() + " is none of " + SERVICE_TYPES);
        }
        Deployment deployment = new Deployment(registrations);
        try {
            registrations.forEach(registration -> awaitUsable(registration.getReference()));
        } catch (Throwable e) {
            deployment.close();
            throw e;
        }
        return deployment;
    }

    private <S> ServiceRegistration<S> register(Class<S> type, Object service, Map<String, Object> properties) {
        requireKey(type, TrustedService.class, TrustedService.UID, Integer.class, properties);
        requireKey(type, TrustedApplication.class, TrustedApplication.NAME, String.class, properties);
        return owner.register(type, type.cast(service), properties);
    }

    /** Of handlers the supplicant tells by itself what is wrong with them. */
    private static void requireKey(
            Class<?> type, Class<?> expected, String key, Class<?> value, Map<String, Object> properties) {
        if (type == expected && !value.isInstance(properties.get(key))) {
            throw new IllegalArgumentException("a " + type.getSimpleName() + " needs the property " + key + ", of type "
                    + value.getSimpleName() + ": it is " + properties.get(key));
        }
    }

    private void awaitUsable(ServiceReference<?> service) {
        String type = ((String[]) service.getProperty(Constants.OBJECTCLASS))[0];
        long id = (Long) service.getProperty(Constants.SERVICE_ID);
        synchronized (this) {
            if (supplicant == null) {
                return;
            }
        }
        if (type.equals(ListenerHandler.class.getName())) {
            await("QTEE knows the listener", () -> isRegistered(id));
        } else if (type.equals(CallbackObject.class.getName())) {
            requireNotFailed(runtime.snapshot(0), id);
        }
    }

    private boolean isRegistered(long service) {
        RuntimeDTO snapshot = runtime.snapshot(0);
        requireNotFailed(snapshot, service);
        return Arrays.stream(snapshot.handlers)
                .anyMatch(handler -> handler.serviceId == service && handler.devices.length > 0);
    }

    private static void requireNotFailed(RuntimeDTO snapshot, long service) {
        Optional<FailedHandlerDTO> failed = Arrays.stream(snapshot.failedHandlers)
                .filter(handler -> handler.serviceId == service)
                .findFirst();
        if (failed.isPresent()) {
            throw new IllegalArgumentException(
                    failed.get().kind + " " + failed.get().name + " cannot be used: " + failed.get().reason);
        }
    }

    /**
     * Waits until the bundles' threads have brought something about.
     *
     * @throws AssertionError if they have not in time
     */
    public void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /**
     * Asks a listener, as a trusted application does.
     *
     * @param message from position to limit; neither is moved
     * @return the answer, as long as the message; little-endian, position 0
     * @throws TeeException with the listener's result; UNAVAIL if there is no such listener, SIZE_IN if the message is
     *     larger than its memory
     */
    public ByteBuffer request(int listener, ByteBuffer message) throws TeeException {
        ByteBuffer exchanged = copy(message);
        inSecureWorld((environment, objects) -> environment.request(listener, exchanged));
        return exchanged;
    }

    /** The same with a limit on how long the answer may take. */
    public ByteBuffer request(int listener, ByteBuffer message, Duration timeout) throws TeeException {
        ByteBuffer exchanged = copy(message);
        secureWorker.carryOut(
                (environment, objects) -> environment.request(listener, exchanged),
                (op, arguments) -> secureWork.invoke(op, arguments, timeout));
        return exchanged;
    }

    private static ByteBuffer copy(ByteBuffer message) {
        return ByteBuffer.allocate(message.remaining())
                .put(message.duplicate())
                .flip()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Invokes a callback object, as the secure world does.
     *
     * @param arguments of the callback: at most 4 KiB altogether
     * @throws TeeException with the callback object's result
     */
    public void callBack(CallbackObject target, int op, Arguments arguments) throws TeeException {
        inSecureWorld((environment, objects) -> normalObject(objects.get(0)).invoke(op, arguments), target);
    }

    private static NormalObject normalObject(ObjectReference object) throws TeeException {
        if (object instanceof NormalObject callback) {
            return callback;
        }
        throw new TeeException(TeeResult.INVALID, "no object of the normal world was passed");
    }

    /**
     * Does something in the place of a trusted application, on the calling thread.
     *
     * @param objects passed to the secure world
     * @throws TeeException what the work throws, or why the secure world was not reached
     */
    public void inSecureWorld(SecureWork work, ObjectReference... objects) throws TeeException {
        secureWorker.carryOut(work, secureWork::invoke, objects);
    }

    /** The same in a context, which may close meanwhile. */
    public void inSecureWorld(TeeContext context, SecureWork work, ObjectReference... objects) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(context);
                AppLoader loader = AppLoader.open(environment);
                AppController controller = loader.connect(SecureWorker.NAME);
                TeeObject application = controller.appObject()) {
            secureWorker.carryOut(work, application::invoke, objects);
        }
    }

    /** Opens a trusted service, in a context of its own that closes with this TEE. The caller closes the object. */
    public TeeObject openService(int uid) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(openUntilClose())) {
            return environment.open(uid);
        }
    }

    /** Starts a trusted application, which runs until this TEE closes. The caller closes its object. */
    public TeeObject openApplication(String name) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(openUntilClose());
                AppLoader loader = AppLoader.open(environment)) {
            AppController controller = loader.connectOrLoadEmbedded(name);
            synchronized (parts) {
                parts.push(controller);
            }
            return controller.appObject();
        }
    }

    private TeeContext openUntilClose() throws TeeException {
        TeeContext context = device.open();
        synchronized (parts) {
            parts.push(context);
        }
        return context;
    }

    /** Stops the supplicant: nobody serves callbacks until {@link #startSupplicant}. Does nothing if there is none. */
    public void killSupplicant() {
        LocalBundle gone;
        synchronized (this) {
            gone = supplicant;
            supplicant = null;
        }
        if (gone != null) {
            gone.stop();
        }
    }

    /** Starts a supplicant, and waits until QTEE knows the listeners. Does nothing if there is one. */
    public void startSupplicant() {
        synchronized (this) {
            if (supplicant != null) {
                return;
            }
            supplicant = components.start(SUPPLICANT);
        }
        await("QTEE knows the listeners", this::areListenersDecided);
    }

    /** Each listener is known to QTEE, or failed. */
    private boolean areListenersDecided() {
        RuntimeDTO snapshot = runtime.snapshot(0);
        List<Long> failed = Arrays.stream(snapshot.failedHandlers)
                .map(handler -> handler.serviceId)
                .toList();
        return Arrays.stream(snapshot.handlers)
                .filter(handler -> handler.kind.equals("listener"))
                .allMatch(handler -> handler.devices.length > 0 || failed.contains(handler.serviceId));
    }

    /** Lets a fault strike who comes by a point next. */
    public Injection inject(Point point, Fault fault) {
        Injection injection = new Injection(point, fault);
        faults.add(injection);
        return injection;
    }

    /** Ends all faults. */
    public void clearFaults() {
        faults.clear();
    }

    /** Takes everything back, the latest first. */
    @Override
    public void close() {
        faults.clear();
        closeParts();
    }

    private void closeParts() {
        RuntimeException failure = null;
        AutoCloseable part = nextPart();
        while (part != null) {
            try {
                part.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("the TEE did not close in order");
                }
                failure.addSuppressed(e);
            }
            part = nextPart();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private AutoCloseable nextPart() {
        synchronized (parts) {
            return parts.poll();
        }
    }
}
