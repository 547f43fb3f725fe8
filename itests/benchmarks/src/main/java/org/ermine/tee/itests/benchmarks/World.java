// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Ermine's bundles in a Felix of this JVM. Clients, trusted services and handlers stand on the class path and are the
 * framework's own bundle to Ermine; services are called without anything in between.
 */
public final class World implements AutoCloseable {

    /** System property: the folder with the bundles to install. */
    public static final String BUNDLES = "ermine.bundles";

    /** The device that invokes the emulated QTEE. */
    public static final String DEVICE = "qtee-emulator";

    /** PID of the statistics, which are off unless a measurement is about them. */
    public static final String STATISTICS = "org.ermine.tee.statistics";

    private static final String YIELDING = "yielding";
    private static final long START_MILLIS = 30_000;

    private final Path home;
    private final Framework framework;

    private World(Path home, Framework framework) {
        this.home = home;
        this.framework = framework;
    }

    /** Starts Ermine with all options at their defaults, but for statistics, which are off. */
    public static World start() throws Exception {
        return start(Map.of());
    }

    /** The same, with the {@link Probe} deployed. */
    public static World withProbe() throws Exception {
        return withProbe(Map.of());
    }

    /** Starts Ermine with options. */
    public static World withProbe(Map<String, Map<String, Object>> options) throws Exception {
        World world = start(options);
        world.deploy(Probe.UID, client -> new Probe());
        return world;
    }

    /**
     * Returns when contexts can be opened and callbacks are served.
     *
     * @param options by PID, as Configuration Admin takes them
     */
    public static World start(Map<String, Map<String, Object>> options) throws Exception {
        return start(Path.of(System.getProperty(BUNDLES)), Set.of(), options);
    }

    /**
     * Starts other bundles in the same way.
     *
     * @param bundles the folder that they are in
     * @param without symbolic names of those that are left out
     */
    public static World start(Path bundles, Set<String> without, Map<String, Map<String, Object>> options)
            throws Exception {
        Path home = Files.createTempDirectory("ermine-benchmarks");
        Framework framework = new FrameworkFactory().newFramework(settings(home));
        World world = new World(home, framework);
        boolean started = false;
        try {
            framework.start();
            List<Bundle> installed = world.install(bundles, without);
            for (Bundle bundle : installed) {
                if (!isErmine(bundle)) {
                    bundle.start();
                }
            }
            world.configure(STATISTICS, options.getOrDefault(STATISTICS, Map.of("enabled", false)));
            for (var entry : options.entrySet()) {
                world.configure(entry.getKey(), entry.getValue());
            }
            for (Bundle bundle : installed) {
                bundle.start();
            }
            world.device(DEVICE);
            started = true;
        } finally {
            if (!started) {
                world.close();
            }
        }
        return world;
    }

    private static boolean isErmine(Bundle bundle) {
        return bundle.getSymbolicName().startsWith("org.ermine.");
    }

    private static Map<String, String> settings(Path home) throws IOException, URISyntaxException {
        Map<String, String> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString());
        settings.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                exports(TeeContext.class) + "," + exports(ClientEnv.class)
                        + ",org.slf4j;version=2.0.17,org.osgi.service.cm;version=1.6.1");
        return settings;
    }

    /** The packages that a bundle on the class path exports. */
    private static String exports(Class<?> type) throws IOException, URISyntaxException {
        File jar = new File(
                type.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (JarFile file = new JarFile(jar)) {
            return file.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
        }
    }

    private List<Bundle> install(Path bundles, Set<String> without) throws IOException, BundleException {
        BundleContext context = framework.getBundleContext();
        try (Stream<Path> jars = Files.list(bundles)) {
            for (Path jar : jars.sorted().toList()) {
                if (!without.contains(jar.getFileName().toString().replace(".jar", ""))) {
                    context.installBundle(jar.toUri().toString());
                }
            }
        }
        return Stream.of(context.getBundles())
                .filter(bundle -> bundle != framework)
                .toList();
    }

    /** Sets the options of one PID, before there is anybody who reads them. */
    private void configure(String pid, Map<String, Object> options) throws Exception {
        Dictionary<String, Object> dictionary = new Hashtable<>(options);
        ConfigurationAdmin admin = await(ConfigurationAdmin.class, "(objectClass=*)");
        admin.getConfiguration(pid, "?").update(dictionary);
    }

    /** The device of this name, when it serves callbacks. */
    public TeeDevice device(String name) {
        return await(
                TeeDevice.class,
                "(&(" + TeeDevice.DEVICE_NAME + "=" + name + ")(" + TeeDevice.SERVES_CALLBACKS + "=true))");
    }

    /** A new context of the emulated QTEE, to be closed by the caller. */
    public TeeContext open() throws TeeException {
        return device(DEVICE).open();
    }

    /** A device whose invocations are preceded by a call back that the driver serves on the calling thread. */
    public TeeDevice yieldingDevice() {
        SecureChannel emulator = await(SecureChannel.class, "(" + TeeDevice.DEVICE_NAME + "=" + DEVICE + ")");
        PhysicalMemory memory = await(PhysicalMemory.class, "(objectClass=*)");
        register(SecureChannel.class, new YieldingChannel(emulator, memory), Map.of(TeeDevice.DEVICE_NAME, YIELDING));
        return device(YIELDING);
    }

    public TeeRuntime runtime() {
        return await(TeeRuntime.class, "(objectClass=*)");
    }

    /** Deploys a trusted service. */
    public void deploy(int uid, TrustedService service) {
        register(TrustedService.class, service, Map.of(TrustedService.UID, uid));
    }

    public <S> ServiceRegistration<S> register(Class<S> type, S service, Map<String, ?> properties) {
        return framework
                .getBundleContext()
                .registerService(type, service, FrameworkUtil.asDictionary(new HashMap<>(properties)));
    }

    /** Opens a trusted service for a context, as its owner. */
    public static TeeObject open(TeeContext context, int uid) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(context)) {
            return environment.open(uid);
        }
    }

    /** The first service of this type that there is and that matches, waiting for it. */
    public <S> S await(Class<S> type, String filter) {
        BundleContext context = framework.getBundleContext();
        try {
            Filter matching = context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")");
            ServiceTracker<S, S> tracker = new ServiceTracker<>(context, matching, null);
            tracker.open();
            S service = tracker.waitForService(START_MILLIS);
            if (service == null) {
                throw new IllegalStateException("no service " + matching + " after " + START_MILLIS + " ms; bundles: "
                        + Stream.of(context.getBundles())
                                .map(bundle -> bundle + " in state " + bundle.getState())
                                .collect(Collectors.joining(", ")));
            }
            return service;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + type, e);
        }
    }

    @Override
    public void close() throws BundleException, IOException {
        framework.stop();
        try {
            framework.waitForStop(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
