// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/** Bundles come and go while others work: these get clear errors in between, and no more afterwards. */
public class LifecycleIT extends ErmineContainer {

    private static final int ORDERS = 5;

    /** What each bundle is needed for: the reason that clients get while it is away. */
    private static final Map<String, Reason> NEEDED = Map.of(
            "org.ermine.tee.shm", Reason.NO_TEE,
            "org.ermine.tee.core", Reason.NO_TEE,
            "org.ermine.tee.qcomtee", Reason.NO_TEE,
            "org.ermine.tee.qtee.emulator", Reason.NO_TEE,
            "org.ermine.tee.supplicant", Reason.NO_HANDLER,
            "org.ermine.tee.supplicant.gpfs", Reason.NO_HANDLER,
            "org.ermine.tee.ta.sealedstorage", Reason.NO_APPLICATION);

    /** What a client may get while any of them is away. */
    private static final Set<Reason> CLEAR =
            EnumSet.of(Reason.NO_TEE, Reason.NO_HANDLER, Reason.NO_APPLICATION, Reason.OUTCOME_UNKNOWN);

    private SealedStorage storage;

    @Before
    public void setUp() throws Exception {
        storage = container.service(SealedStorage.class);
        // A request that waits for the successor of a handler is not to wait long in these tests.
        container.configure("org.ermine.tee.supplicant", Map.of("graceMillis", 50L));
        awaitWork("at the start");
    }

    @Test
    public void aContextClosesWhenItsOwnerStopsWhileACallbackHangs() throws Exception {
        ServiceRegistration<?> probe = ProbeApplication.register(context);
        CountDownLatch answer = new CountDownLatch(1);
        BlockingQueue<Throwable> outcome = new LinkedBlockingQueue<>();
        ServiceRegistration<?> latch = context.registerService(CountDownLatch.class, answer, null);
        Consumer<Throwable> told = outcome::add;
        ServiceRegistration<?> consumer = context.registerService(Consumer.class, told, null);
        Bundle client = new TestBundle(HangingClient.class).install(context);
        try {
            client.start();
            InContainer.await(
                    "the callback hangs",
                    () -> contextsOf(client)
                            .anyMatch(open ->
                                    Arrays.stream(open.requests).anyMatch(each -> each.state.equals("PROCESSING"))));

            client.stop();

            Throwable thrown = outcome.poll(10, TimeUnit.SECONDS);
            assertNotNull("the invocation ended", thrown);
            assertEquals(thrown.toString(), TeeResult.DEFUNCT, ((TeeException) thrown).result());
            InContainer.await(
                    "the context is gone", () -> contextsOf(client).findAny().isEmpty());
            storage.list();
        } finally {
            answer.countDown();
            client.uninstall();
            latch.unregister();
            consumer.unregister();
            probe.unregister();
        }
    }

    @Test
    public void clientsGetClearErrorsWhileABundleIsAwayAndWorkAgainByThemselves() throws Exception {
        List<String> unclear = Collections.synchronizedList(new ArrayList<>());
        try (Load load = new Load()) {
            load.with("client", () -> workOrFailClearly(unclear));
            for (String name : NEEDED.keySet().stream().sorted().toList()) {
                Bundle bundle = container.bundle(name);
                bundle.stop();
                InContainer.await(
                        () -> NEEDED.get(name) + " without " + name + ", not " + failure(),
                        () -> NEEDED.get(name).equals(reason(failure())));
                bundle.start();
                awaitWork("after the restart of " + name);

                update(bundle);
                awaitWork("after the update of " + name);
            }
            load.stop();
        }
        assertEquals(List.of(), unclear);
    }

    @Test
    public void noThreadIsLeftWhenAllAreStopped() throws Exception {
        storage.list();
        assertTrue("there are threads", threads().count() > 0);
        List<Bundle> bundles = bundles();
        stop(bundles);
        try {
            InContainer.await(
                    () -> "no threads: " + threads().toList(),
                    () -> threads().findAny().isEmpty());
        } finally {
            start(bundles);
        }
        awaitWork("after the restart of all");
    }

    @Test
    public void theOrderInWhichBundlesStartAndStopDoesNotMatter() throws Exception {
        long seed = Long.getLong("ermine.seed", System.nanoTime());
        System.out.println("orders of bundles by -Dermine.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < ORDERS; i++) {
            List<Bundle> bundles = bundles();
            Collections.shuffle(bundles, random);
            stop(bundles);
            Collections.shuffle(bundles, random);
            start(bundles);
            awaitWork("after the start in the order " + bundles + ", seed " + seed);
        }
    }

    private void workOrFailClearly(List<String> unclear) {
        try {
            work();
        } catch (SealedStorageException e) {
            if (!CLEAR.contains(e.reason())) {
                unclear.add(e.reason() + ": " + e.getMessage());
            }
        } catch (RuntimeException e) {
            unclear.add(e.toString());
        }
    }

    private void work() throws SealedStorageException {
        storage.seal("work", new ByteArrayInputStream(new byte[1000]), ProgressListener.NONE);
        storage.list();
    }

    private void awaitWork(String when) {
        InContainer.await(() -> "sealed storage works " + when + ", " + failure(), () -> failure() == null);
    }

    /** Why work fails, null if it does not. */
    private SealedStorageException failure() {
        try {
            work();
            return null;
        } catch (SealedStorageException e) {
            return e;
        }
    }

    private static Reason reason(SealedStorageException failure) {
        return failure == null ? null : failure.reason();
    }

    private void update(Bundle bundle) throws Exception {
        try (InputStream same = new FileInputStream(InContainer.jar(bundle.getSymbolicName()))) {
            bundle.update(same);
        }
        container.refresh(bundle);
    }

    /** All that run something of their own. */
    private List<Bundle> bundles() {
        List<Bundle> bundles = new ArrayList<>();
        ErmineBundles.ALL.forEach(name -> bundles.add(container.bundle(name)));
        return bundles;
    }

    private static void stop(List<Bundle> bundles) throws BundleException {
        for (Bundle bundle : bundles) {
            bundle.stop();
        }
    }

    private void start(List<Bundle> bundles) throws Exception {
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        storage = container.service(SealedStorage.class);
    }

    private static Stream<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ermine-"));
    }

    private Stream<ContextDTO> contextsOf(Bundle owner) {
        TeeRuntime runtime = context.getService(context.getServiceReference(TeeRuntime.class));
        return Arrays.stream(runtime.snapshot().devices)
                .flatMap(device -> Arrays.stream(device.contexts))
                .filter(open -> open.ownerBundleId == owner.getBundleId());
    }
}
