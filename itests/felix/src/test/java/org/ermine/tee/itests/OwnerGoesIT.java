// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.SharedMemoryManager;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The owner of a context goes, in each way that a bundle can go, while an invocation of it is at each of the points
 * that an invocation passes. What waits fails at once, what is left ends in the background, and nothing of it is left;
 * the invocations of another bundle, in the secure world and in callbacks meanwhile, do not notice.
 */
public class OwnerGoesIT extends ErmineContainer {

    /** The component that uses the shared memory; options of the backend are another one's. */
    private static final String BACKEND = "org.ermine.tee.qcomtee.impl.QcomTeeDrivers";

    private static final String SUPPLICANT = "org.ermine.tee.supplicant";

    /** Those of the time and of files, each with memory that it shares with the TEE. */
    private static final int LISTENERS = 2;

    /** Selects the shared memory that the backend uses. */
    private static final String MEMORY_REFERENCE = "memory.target";

    private final Stage stage = new Stage();
    private final Queue<String> journal = new ConcurrentLinkedQueue<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final TestBundle owners = new TestBundle(StagedClient.class, "owner");
    private TeeRuntime runtime;
    private Bundle other;

    /** How the owner goes, and what comes after it by itself. */
    private enum Change {
        STOP,
        UPDATE,
        REFRESH,
        UNINSTALL
    }

    /** Where the owner's invocation is then, and what it hears. */
    private enum Point {
        BEFORE_MARSHALLING("owner.0.marshalling", 1, false, "ENODEV, DEFUNCT (-90)"),
        SECURE_WORLD("owner.0.1.world", 1, false, "DEFUNCT (-90)"),
        QUEUED("owner.0.1.world", 1, true, "DEFUNCT (-90)"),
        PROCESSING("owner.0.1.dispatch", 1, true, "DEFUNCT (-90)"),
        ANSWERED("owner.0.1.answered", 1, false, "101"),
        NESTED("owner.0.3.dispatch", 3, true, "DEFUNCT (-90)");

        private final String place;
        private final int depth;
        /** Whether the invocation waits for a callback, and so ends at once. */
        private final boolean waits;

        private final String outcome;

        Point(String place, int depth, boolean waits, String outcome) {
            this.place = place;
            this.depth = depth;
            this.waits = waits;
            this.outcome = outcome;
        }
    }

    @Before
    public void setUp() throws Exception {
        runtime = container.service(TeeRuntime.class);
        registrations.add(StagedApplication.register(context, stage));
        Consumer<String> writer = journal::add;
        registrations.add(context.registerService(Consumer.class, writer, null));
        other = new TestBundle(StagedClient.class, "other").install(context);
    }

    @After
    public void tearDown() throws Exception {
        stage.openAll();
        TestBundle.uninstallAll(context);
        container.configure(BACKEND, Map.of());
        container.configure(SUPPLICANT, Map.of());
        registrations.forEach(ServiceRegistration::unregister);
    }

    /** ERM-12: an invocation that is on its way to the TEE when its context is closed does not get there. */
    @Test
    public void stoppedBeforeMarshalling() throws Exception {
        check(Change.STOP, Point.BEFORE_MARSHALLING);
    }

    @Test
    public void updatedBeforeMarshalling() throws Exception {
        check(Change.UPDATE, Point.BEFORE_MARSHALLING);
    }

    @Test
    public void refreshedBeforeMarshalling() throws Exception {
        check(Change.REFRESH, Point.BEFORE_MARSHALLING);
    }

    @Test
    public void uninstalledBeforeMarshalling() throws Exception {
        check(Change.UNINSTALL, Point.BEFORE_MARSHALLING);
    }

    @Test
    public void stoppedInTheSecureWorld() throws Exception {
        check(Change.STOP, Point.SECURE_WORLD);
    }

    @Test
    public void updatedInTheSecureWorld() throws Exception {
        check(Change.UPDATE, Point.SECURE_WORLD);
    }

    @Test
    public void refreshedInTheSecureWorld() throws Exception {
        check(Change.REFRESH, Point.SECURE_WORLD);
    }

    @Test
    public void uninstalledInTheSecureWorld() throws Exception {
        check(Change.UNINSTALL, Point.SECURE_WORLD);
    }

    /** CTX-6: a request that is queued when its context is closed fails at once. */
    @Test
    public void stoppedWithItsRequestQueued() throws Exception {
        check(Change.STOP, Point.QUEUED);
    }

    @Test
    public void updatedWithItsRequestQueued() throws Exception {
        check(Change.UPDATE, Point.QUEUED);
    }

    @Test
    public void refreshedWithItsRequestQueued() throws Exception {
        check(Change.REFRESH, Point.QUEUED);
    }

    @Test
    public void uninstalledWithItsRequestQueued() throws Exception {
        check(Change.UNINSTALL, Point.QUEUED);
    }

    /** CTX-6: a request in progress when its context is closed fails at once, whatever its handler does. */
    @Test
    public void stoppedWithItsRequestInProgress() throws Exception {
        check(Change.STOP, Point.PROCESSING);
    }

    @Test
    public void updatedWithItsRequestInProgress() throws Exception {
        check(Change.UPDATE, Point.PROCESSING);
    }

    @Test
    public void refreshedWithItsRequestInProgress() throws Exception {
        check(Change.REFRESH, Point.PROCESSING);
    }

    @Test
    public void uninstalledWithItsRequestInProgress() throws Exception {
        check(Change.UNINSTALL, Point.PROCESSING);
    }

    @Test
    public void stoppedWithItsRequestAnswered() throws Exception {
        check(Change.STOP, Point.ANSWERED);
    }

    @Test
    public void updatedWithItsRequestAnswered() throws Exception {
        check(Change.UPDATE, Point.ANSWERED);
    }

    @Test
    public void refreshedWithItsRequestAnswered() throws Exception {
        check(Change.REFRESH, Point.ANSWERED);
    }

    @Test
    public void uninstalledWithItsRequestAnswered() throws Exception {
        check(Change.UNINSTALL, Point.ANSWERED);
    }

    @Test
    public void stoppedNestedThreeDeep() throws Exception {
        check(Change.STOP, Point.NESTED);
    }

    @Test
    public void updatedNestedThreeDeep() throws Exception {
        check(Change.UPDATE, Point.NESTED);
    }

    @Test
    public void refreshedNestedThreeDeep() throws Exception {
        check(Change.REFRESH, Point.NESTED);
    }

    @Test
    public void uninstalledNestedThreeDeep() throws Exception {
        check(Change.UNINSTALL, Point.NESTED);
    }

    private void check(Change change, Point point) throws Exception {
        if (point == Point.BEFORE_MARSHALLING) {
            stageMemory();
        } else if (point == Point.QUEUED) {
            // Of several workers no bundle gets all, and while work waits threads are added up to the limit.
            container.configure(SUPPLICANT, Map.of("workers", 1, "maxThreads", 1));
        }
        container.requireService("(" + TeeDevice.SERVES_CALLBACKS + "=true)");
        awaitMemoryOfListenersOnly();
        WeakReference<ClassLoader> former = change(change, point);
        assertLoaderIsCollected(former);
        InContainer.await(
                () -> "nothing is left of the contexts: " + contexts().toList(),
                () -> contexts().findAny().isEmpty());
        awaitMemoryOfListenersOnly();
        InContainer.await(
                () -> "threads: " + threads().toList(),
                () -> threads().findAny().isEmpty());
    }

    /**
     * This is done in a frame of its own, so that nothing in it keeps the owner's former class loader, which is
     * returned.
     */
    private WeakReference<ClassLoader> change(Change change, Point point) throws Exception {
        int others = point == Point.QUEUED ? 1 : 2;
        registerStage(point.depth, others);
        Bundle owner = owners.install(context);
        WeakReference<ClassLoader> former = bringTo(point, owner, others);
        go(change, owner);

        if (point.waits) {
            assertOutcomes(point.outcome);
        } else {
            assertEquals("ends before the invocation goes on", List.of(), List.copyOf(journal));
        }
        assertOthersSucceed(others);
        stage.openAll();
        assertOwnersSucceed(change, point, owner);
        other.stop();
        container.refresh(owner);
        return former;
    }

    /**
     * The invocation that goes on ends, and so does one of the owner that comes after it; which of the two first is
     * open.
     */
    private void assertOwnersSucceed(Change change, Point point, Bundle owner) throws Exception {
        List<String> expected = new ArrayList<>(point.waits ? List.of() : List.of(point.outcome));
        if (change == Change.STOP) {
            assertOutcomes(expected.toArray(String[]::new));
            expected.clear();
            owner.start();
        }
        if (change != Change.UNINSTALL) {
            expected.add(Integer.toString(point.depth == 1 ? 101 : 123));
        }
        assertOutcomes(expected.toArray(String[]::new));
        if (change != Change.UNINSTALL) {
            owner.uninstall();
        }
    }

    private void assertOutcomes(String... expected) {
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < expected.length; i++) {
            outcomes.add(next("owner.0: ").replace("owner.0: ", ""));
        }
        Collections.sort(outcomes);
        Arrays.sort(expected);
        assertEquals("how the owners' invocations ended", List.of(expected), outcomes);
    }

    private void stageMemory() throws Exception {
        registrations.add(0, StagedMemory.register(context, container.service(SharedMemoryManager.class), stage));
        container.configure(BACKEND, Map.of(MEMORY_REFERENCE, StagedMemory.TARGET));
    }

    /** One invocation of the other bundle stays in the secure world, the others in callbacks. */
    private void registerStage(int depth, int others) {
        int[] depths = new int[others + 1];
        Arrays.fill(depths, 1);
        for (int i = 0; i < others; i++) {
            stage.close("other." + i + ".ready");
            stage.close("other." + i + ".1.dispatch");
        }
        stage.close("other." + others + ".1.world");
        registrations.add(context.registerService(
                UnaryOperator.class,
                stage,
                FrameworkUtil.asDictionary(Map.of("owner", new int[] {depth}, "other", depths))));
    }

    private WeakReference<ClassLoader> bringTo(Point point, Bundle owner, int others) throws Exception {
        stage.close(point.place);
        owner.start();
        stage.await(point.place);
        bringOthers(others);
        if (point == Point.QUEUED) {
            // The worker is at work for the other bundle.
            stage.open(point.place);
            InContainer.await("the request is queued", () -> isQueued(owner));
        }
        return new WeakReference<>(owner.adapt(BundleWiring.class).getClassLoader());
    }

    /** To get ready takes workers: all do, before some of them keep the workers. */
    private void bringOthers(int others) throws Exception {
        other.start();
        stage.await("other." + others + ".1.world");
        for (int i = 0; i < others; i++) {
            stage.await("other." + i + ".ready");
        }
        for (int i = 0; i < others; i++) {
            stage.open("other." + i + ".ready");
            stage.await("other." + i + ".1.dispatch");
        }
    }

    private boolean isQueued(Bundle owner) {
        return contexts()
                .filter(open -> open.ownerBundleId == owner.getBundleId())
                .flatMap(open -> Arrays.stream(open.requests))
                .anyMatch(request -> request.state.equals("QUEUED"));
    }

    private void go(Change change, Bundle owner) throws Exception {
        switch (change) {
            case STOP -> owner.stop();
            case UPDATE -> owner.update(owners.jar());
            case REFRESH -> container.refresh(owner);
            case UNINSTALL -> owner.uninstall();
        }
    }

    private void assertOthersSucceed(int others) {
        for (int i = 0; i < others; i++) {
            stage.open("other." + i + ".1.dispatch");
            assertEquals("other." + i + ": 101", next("other." + i + ":"));
        }
        stage.open("other." + others + ".1.world");
        assertEquals("other." + others + ": 101", next("other." + others + ":"));
    }

    /** Takes the first entry out that begins so. */
    private String next(String beginning) {
        InContainer.await(
                () -> "an entry that begins with " + beginning + " in " + journal,
                () -> journal.stream().anyMatch(entry -> entry.startsWith(beginning)));
        String first = journal.stream()
                .filter(entry -> entry.startsWith(beginning))
                .findFirst()
                .orElseThrow();
        journal.remove(first);
        return first;
    }

    private Stream<ContextDTO> contexts() {
        return Arrays.stream(runtime.snapshot().devices)
                .flatMap(device -> Arrays.stream(device.contexts))
                .filter(open -> open.owner.contains("org.ermine.tee.itests."));
    }

    private void awaitMemoryOfListenersOnly() {
        InContainer.await(
                () -> "memory of " + LISTENERS + " listeners in use: " + runtime.snapshot().memory,
                () -> runtime.snapshot().memory.buffersInUse == 0 && runtime.snapshot().memory.regions == LISTENERS);
    }

    private static Stream<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(StagedClient.THREAD));
    }

    private static void assertLoaderIsCollected(WeakReference<?> loader) {
        for (int i = 0; i < 40 && loader.get() != null; i++) {
            System.gc();
        }
        assertNull("the owner's former class loader", loader.get());
    }
}
