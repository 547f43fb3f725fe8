// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * What holds while no bundle decides: everything is permitted, or nothing where that is required or where the bundle
 * that decides is only on its way. The clients are in two bundles.
 */
class AbsentPermissionsIT {

    private static final String REQUIRED = "permissions are required, and no bundle decides what is permitted";
    private static final String ON_ITS_WAY = "which is to decide what is permitted, does not do so yet";
    private static final String RULES = "*.KeepingClient: *; org.ermine.tee.supplicant: *";
    private static final int UPDATES = 20;

    @TempDir
    private Path storage;

    @AutoClose
    private EmbeddedFelix felix;

    private void start(Map<String, String> properties) throws Exception {
        felix = EmbeddedFelix.start(storage, properties);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
    }

    private void startPath() throws Exception {
        for (Bundle bundle : felix.install(ErmineBundles.PATH)) {
            bundle.start();
        }
    }

    /** Returns the bundle that decides. */
    private Bundle startPermissions() throws Exception {
        Bundle permissions = felix.install(ErmineBundles.PERMISSIONS);
        permissions.start();
        startPath();
        return permissions;
    }

    private void require(boolean required) throws Exception {
        felix.configure(ErmineBundles.CORE, Map.of("requirePermissions", required));
    }

    /** What a client in a bundle of its own says of its work or its context. */
    private Callable<String> client(TestBundle bundle) throws Exception {
        Bundle client = felix.install(bundle);
        client.start();
        Callable<?> service = (Callable<?>) felix.context().getService(client.getRegisteredServices()[0]);
        return () -> String.valueOf(service.call());
    }

    private Callable<String> worker() throws Exception {
        return client(WorkingClient.bundle());
    }

    private static String call(Callable<String> client) {
        try {
            return client.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWork(Callable<String> worker) {
        Await.none("the client works", () -> call(worker));
    }

    private static void awaitRefusal(Callable<String> worker, String reason) {
        Await.none("the client is refused", () -> {
            String heard = call(worker);
            return heard.contains(reason) ? "" : "it hears '" + heard + "'";
        });
    }

    private static void awaitClosed(Callable<String> keeper) {
        Await.none("the context is closed", () -> call(keeper).equals("closed") ? "" : call(keeper));
    }

    static Stream<List<String>> orders() {
        List<String> all = List.of(ErmineBundles.PERMISSIONS, ErmineBundles.CORE, ErmineBundles.SUPPLICANT);
        return all.stream()
                .flatMap(first -> all.stream()
                        .filter(second -> !second.equals(first))
                        .map(second -> {
                            List<String> order = new ArrayList<>(List.of(first, second));
                            all.stream().filter(each -> !order.contains(each)).forEach(order::add);
                            return order;
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    @DisplayName(
            "ERM-16: given permissions that are required, then nothing is permitted before a bundle decides nor after "
                    + "it went,"
                    + " whatever the order in which bundles start and stop")
    void requiredPermissionsHoldInEachOrder(List<String> order) throws Exception {
        start(Map.of());
        require(true);
        List<Bundle> bundles = felix.install(order);
        for (Bundle other : felix.install(List.of(ErmineBundles.SHM, ErmineBundles.QCOMTEE, ErmineBundles.EMULATOR))) {
            other.start();
        }
        Callable<String> worker = worker();
        for (Bundle bundle : bundles) {
            bundle.start();
            assertIsRefusedWithout(bundles.get(order.indexOf(ErmineBundles.PERMISSIONS)), worker);
        }
        awaitWork(worker);
        for (Bundle bundle : bundles) {
            bundle.stop();
            assertIsRefusedWithout(bundles.get(order.indexOf(ErmineBundles.PERMISSIONS)), worker);
        }
        for (Bundle bundle : bundles) {
            bundle.start();
            assertIsRefusedWithout(bundles.get(order.indexOf(ErmineBundles.PERMISSIONS)), worker);
        }
        awaitWork(worker);
    }

    private static void assertIsRefusedWithout(Bundle permissions, Callable<String> worker) {
        if (permissions.getState() != Bundle.ACTIVE) {
            assertNotEquals("", call(worker), "the client works and nobody decides");
        }
    }

    @Test
    @DisplayName(
            "ERM-16: given permissions that are required and contexts of two bundles with invocations on their way, "
                    + "when the bundle"
                    + " that decides stops, then all are closed and nothing more is permitted")
    void contextsCloseWithInvocationsOnTheirWay() throws Exception {
        start(Map.of());
        require(true);
        startPermissions();
        Callable<String> worker = worker();
        awaitWork(worker);
        Callable<String> keeper = client(KeepingClient.bundle());
        List<String> places = List.of(BusyBundle.WORLD, BusyBundle.CALLBACK);
        Held held = new Held(false);
        LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
        felix.context()
                .registerService(
                        UnaryOperator.class,
                        held,
                        FrameworkUtil.asDictionary(Map.of("invocations", places.toArray(String[]::new))));
        Consumer<String> end = ended::add;
        felix.context().registerService(Consumer.class, end, FrameworkUtil.asDictionary(Map.of()));
        felix.install(BusyBundle.bundle()).start();
        held.await(places);
        assertEquals("open", call(keeper));

        felix.bundle(ErmineBundles.PERMISSIONS).stop();
        assertEquals("closed", call(keeper), "when the bundle is stopped");
        awaitRefusal(worker, REQUIRED);
        held.release();
        for (int i = 0; i < places.size(); i++) {
            assertNotNull(ended.poll(20, TimeUnit.SECONDS), "an invocation that was on its way does not end");
        }
        felix.bundle(ErmineBundles.PERMISSIONS).start();
        awaitWork(worker);
    }

    @Test
    @DisplayName("ERM-16: given no bundle that decides, when permissions become required, then contexts close")
    void contextsCloseWhenPermissionsBecomeRequired() throws Exception {
        start(Map.of());
        startPath();
        Callable<String> worker = worker();
        awaitWork(worker);
        Callable<String> keeper = client(KeepingClient.bundle());
        assertEquals("open", call(keeper));

        require(true);
        awaitClosed(keeper);
        awaitRefusal(worker, REQUIRED);
        require(false);
        awaitWork(worker);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-16: given permissions that the framework requires, then nothing is permitted without a bundle that "
                    + "decides, nor"
                    + " without rules, with Configuration Admin and without")
    void thePropertyOfTheFrameworkRequiresPermissions(boolean withConfigurationAdmin) throws Exception {
        start(Map.of("org.ermine.tee.core.requirePermissions", "true"));
        if (withConfigurationAdmin) {
            require(false);
        } else {
            felix.bundle("org.apache.felix.configadmin").stop();
        }
        startPath();
        Callable<String> worker = worker();
        awaitRefusal(worker, REQUIRED);
        Bundle permissions = felix.install(ErmineBundles.PERMISSIONS);
        permissions.start();
        awaitRefusal(worker, "nothing is permitted until the configuration is right");
        felix.bundle("org.apache.felix.configadmin").start();
        felix.configure(ErmineBundles.PERMISSIONS, Map.of("devices", "*: *"));
        awaitWork(worker);
        permissions.uninstall();
        awaitRefusal(worker, REQUIRED);
    }

    @Test
    @DisplayName(
            "ERM-16: given permissions that are not required, when the bundle that decides is stopped, then all is "
                    + "permitted")
    void aBundleThatIsStoppedDoesNotDecide() throws Exception {
        start(Map.of());
        felix.configure(ErmineBundles.PERMISSIONS, Map.of("devices", RULES));
        Bundle permissions = startPermissions();
        Callable<String> worker = worker();
        awaitRefusal(worker, "no rule of option devices");
        permissions.stop();
        awaitWork(worker);
        Callable<String> keeper = client(KeepingClient.bundle().as("org.example.stranger", "1.0.0"));
        permissions.start();
        awaitClosed(keeper);
        awaitRefusal(worker, "no rule of option devices");
    }

    @Test
    @DisplayName(
            "ERM-16: given a bundle that decides and has not started yet, as when the system starts, then nothing is "
                    + "permitted")
    void aBundleThatIsToStartIsAwaited() throws Exception {
        start(Map.of());
        Bundle permissions = felix.install(ErmineBundles.PERMISSIONS);
        permissions.start();
        permissions.stop(Bundle.STOP_TRANSIENT);
        startPath();
        Callable<String> worker = worker();
        awaitRefusal(worker, ON_ITS_WAY);
        permissions.start(Bundle.START_TRANSIENT);
        awaitWork(worker);
        permissions.stop(Bundle.STOP_TRANSIENT);
        assertTrue(call(worker).contains(ON_ITS_WAY), "while it is away for a while");
        permissions.stop();
        assertEquals("", call(worker), "when it is not to come back");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-16: given rules, when the bundle that decides by them is updated again and again, then nobody gets "
                    + "through in"
                    + " between, and what is open by them stays open, unless permissions are required")
    void anUpdateOpensNoGap(boolean required) throws Exception {
        start(Map.of());
        require(required);
        felix.configure(ErmineBundles.PERMISSIONS, Map.of("devices", RULES));
        Bundle permissions = startPermissions();
        Callable<String> worker = worker();
        awaitRefusal(worker, "no rule of option devices");
        Callable<String> keeper = client(KeepingClient.bundle());
        Set<String> heard = new ConcurrentSkipListSet<>();
        List<Thread> strangers =
                List.of(new Thread(() -> keepTrying(worker, heard)), new Thread(() -> keepTrying(worker, heard)));
        strangers.forEach(Thread::start);
        try {
            for (int i = 0; i < UPDATES; i++) {
                try (InputStream same = EmbeddedFelix.jar(ErmineBundles.PERMISSIONS)) {
                    permissions.update(same);
                }
                felix.refresh(permissions);
            }
        } finally {
            for (Thread stranger : strangers) {
                stranger.interrupt();
                stranger.join();
            }
        }
        awaitRefusal(worker, "no rule of option devices");
        assertTrue(heard.stream().allMatch(each -> each.contains("may not open device")), heard::toString);
        assertEquals(required ? "closed" : "open", call(keeper));
    }

    private static void keepTrying(Callable<String> worker, Set<String> heard) {
        while (!Thread.currentThread().isInterrupted()) {
            heard.add(call(worker));
        }
    }

    @Test
    @DisplayName(
            "ERM-16: given permissions that are required, when one bundle that decides takes over from another and "
                    + "hands back, then"
                    + " what both permit stays open")
    void aHandOverLeavesNoGap() throws Exception {
        start(Map.of());
        require(true);
        startPermissions();
        awaitWork(worker());
        Callable<String> keeper = client(KeepingClient.bundle());
        for (int i = 0; i < UPDATES; i++) {
            Bundle other = felix.install(OtherPermissions.permitting());
            other.start();
            other.uninstall();
        }
        Bundle other = felix.install(OtherPermissions.permitting());
        other.start();
        felix.bundle(ErmineBundles.PERMISSIONS).stop();
        assertEquals("open", call(keeper));
        other.uninstall();
        assertEquals("closed", call(keeper), "when the last one is gone");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-16: given a policy with a higher ranking whose object cannot be had, before the one that decides or "
                    + "after it, then"
                    + " that one decides, also after an update, and what it forbids later is closed")
    void aPolicyWithoutAnObjectKeepsNoOtherFromDeciding(boolean before) throws Exception {
        start(Map.of());
        felix.configure(ErmineBundles.PERMISSIONS, Map.of("devices", RULES));
        if (before) {
            felix.install(OtherPermissions.failing()).start();
        }
        Bundle permissions = startPermissions();
        if (!before) {
            felix.install(OtherPermissions.failing()).start();
        }
        Callable<String> worker = worker();
        awaitRefusal(worker, "no rule of option devices");
        Callable<String> keeper = client(KeepingClient.bundle());
        try (InputStream same = EmbeddedFelix.jar(ErmineBundles.PERMISSIONS)) {
            permissions.update(same);
        }
        assertEquals("open", call(keeper));

        felix.configure(ErmineBundles.PERMISSIONS, Map.of("devices", "org.ermine.tee.supplicant: *"));
        awaitClosed(keeper);
        awaitRefusal(worker, "no rule of option devices");
    }
}
