// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * Each bundle goes and comes back, in each way that a bundle can, while two clients work: what depends on it goes too,
 * and comes back by itself; the clients hear clearly why nothing works meanwhile.
 */
class BundleGoesIT {

    private static final String SPI = "org.ermine.tee.spi.";
    private static final String DEVICE = "org.ermine.tee.TeeDevice";

    /** The services that are not there without a bundle. */
    private static final Map<String, List<String>> DEPENDENT = Map.of(
            ErmineBundles.SHM, List.of(SPI + "SharedMemoryManager", SPI + "SecureChannel", SPI + "TeeDriver", DEVICE),
            ErmineBundles.CORE, List.of(DEVICE, "org.ermine.tee.TeeContext", "org.ermine.tee.runtime.TeeRuntime"),
            ErmineBundles.QCOMTEE, List.of(SPI + "TeeDriver", DEVICE),
            ErmineBundles.EMULATOR, List.of(SPI + "SecureChannel", SPI + "TeeDriver", DEVICE),
            ErmineBundles.SUPPLICANT, List.of(SPI + "callback.CallbackWorkers"),
            ErmineBundles.TA, List.of("org.ermine.tee.trusted.TrustedApplication"),
            ErmineBundles.CLIENT, List.of("org.ermine.tee.sealed.SealedStorage"));

    /** What the client hears while a bundle is stopped; without the others it works. */
    private static final Map<String, String> HEARD = Map.of(
            ErmineBundles.SHM, "NO_TEE",
            ErmineBundles.CORE, "NO_TEE",
            ErmineBundles.QCOMTEE, "NO_TEE",
            ErmineBundles.EMULATOR, "NO_TEE",
            ErmineBundles.SUPPLICANT, "NO_HANDLER",
            ErmineBundles.GPFS, "NO_HANDLER",
            ErmineBundles.TA, "NO_APPLICATION",
            ErmineBundles.CLIENT, SealingClient.NO_SERVICE);

    /** What a client may hear while a bundle is away, empty if it works. */
    private static final Set<String> CLEAR =
            Set.of("", "NO_TEE", "NO_HANDLER", "NO_APPLICATION", "OUTCOME_UNKNOWN", SealingClient.NO_SERVICE);

    /** What a client hears while the bundle that decides is on its way back: nothing more is permitted until then. */
    private static final String NOT_DECIDING = "which is to decide what is permitted, does not do so yet";

    /** What a client hears that was just about to open the device when that bundle went. */
    private static final String WITHDRAWN = "to open device qtee-emulator was withdrawn";

    @TempDir
    private static Path storage;

    private static EmbeddedFelix felix;

    /** What the clients heard while they worked. */
    private final Set<String> heard = new ConcurrentSkipListSet<>();

    private final List<Thread> clients = List.of(new Thread(this::keepWorking), new Thread(this::keepWorking));
    private volatile boolean working = true;

    /** How a bundle goes. */
    enum Change {
        STOP,
        UPDATE,
        REFRESH
    }

    @BeforeAll
    static void startAll() throws Exception {
        felix = EmbeddedFelix.start(storage);
        // A request that waits for the successor of a handler is not to wait long in these tests.
        felix.configure(ErmineBundles.SUPPLICANT, Map.of("graceMillis", 50L));
        felix.install("org.apache.felix.gogo.runtime").start();
        for (Bundle bundle : felix.install(ErmineBundles.ALL)) {
            bundle.start();
        }
        felix.install(SealingClient.bundle()).start();
    }

    @AfterAll
    static void stopAll() throws Exception {
        felix.close();
    }

    @BeforeEach
    void startWork() {
        Await.none("the client works", BundleGoesIT::work);
        clients.forEach(Thread::start);
    }

    private void keepWorking() {
        while (working) {
            heard.add(work());
        }
    }

    @AfterEach
    void stopWork() throws InterruptedException {
        working = false;
        for (Thread client : clients) {
            client.join();
        }
    }

    static Stream<Object[]> bundlesAndChanges() {
        return ErmineBundles.ALL.stream()
                .flatMap(name -> Stream.of(Change.values()).map(change -> new Object[] {name, change}));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("bundlesAndChanges")
    @DisplayName(
            "ERM-17: what depends on a bundle goes and comes back with it, and clients hear clearly that it is away")
    void clientsHearWhatIsAwayAndWorkAgain(String name, Change change) throws Exception {
        Bundle bundle = felix.bundle(name);
        List<Bundle> rewired = felix.closure(bundle);
        switch (change) {
            case STOP -> stopAndStart(bundle);
            case UPDATE -> {
                update(bundle);
                felix.refresh(bundle);
            }
            case REFRESH -> felix.refresh(bundle);
        }
        for (Bundle each : rewired) {
            assertEquals(Bundle.ACTIVE, each.getState(), "state of " + each);
        }
        Await.none("the client works again", BundleGoesIT::work);
        stopWork();
        heard.removeIf(each ->
                isClear(each, rewired.stream().map(Bundle::getSymbolicName).toList()));
        assertEquals(Set.of(), heard, "unclear things that clients heard");
    }

    /** Some things are clear only where the bundle that they are about was away itself. */
    private static boolean isClear(String heard, List<String> away) {
        return CLEAR.contains(reason(heard))
                || away.contains(ErmineBundles.PERMISSIONS)
                        && (heard.endsWith(NOT_DECIDING) || heard.endsWith(WITHDRAWN))
                || away.contains(ErmineBundles.CLIENT) && reason(heard).equals("CLOSED");
    }

    private void stopAndStart(Bundle bundle) throws Exception {
        String name = bundle.getSymbolicName();
        bundle.stop();
        for (String service : DEPENDENT.getOrDefault(name, List.of())) {
            assertEquals(false, felix.hasService(service), service + " without " + name);
        }
        String expected = HEARD.getOrDefault(name, "");
        Await.none("the client hears " + expected, () -> {
            String now = work();
            return reason(now).equals(expected) ? "" : "it hears '" + now + "'";
        });
        bundle.start();
    }

    private static void update(Bundle bundle) throws Exception {
        try (InputStream same = EmbeddedFelix.jar(bundle.getSymbolicName())) {
            bundle.update(same);
        }
    }

    private static String reason(String heard) {
        return heard.replaceFirst(":.*", "");
    }

    /** What the client hears; nothing while it is away itself. */
    private static String work() {
        ServiceReference<?> client = felix.context().getServiceReference(Callable.class);
        try {
            return client == null
                    ? ""
                    : String.valueOf(((Callable<?>) felix.context().getService(client)).call());
        } catch (Exception | LinkageError e) {
            return isGoing(client) ? "" : e.toString();
        }
    }

    /** The framework takes a bundle that stops its context away before its services. */
    private static boolean isGoing(ServiceReference<?> service) {
        Bundle bundle = service.getBundle();
        return bundle == null || bundle.getState() != Bundle.ACTIVE || service.getBundle() == null;
    }
}
