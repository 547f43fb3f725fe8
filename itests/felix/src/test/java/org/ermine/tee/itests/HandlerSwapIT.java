// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.supplicant.ListenerHandler;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/** Handlers are replaced while the TEE and its clients work with them, and nothing of them stays. */
public class HandlerSwapIT extends ErmineContainer {

    static final int LISTENER = 0x4001;

    private static final int ROUNDS = 10;
    private static final int SEALED_BYTES = 600_000;
    /** A collection is asked for as often as this, before a class loader counts as kept. */
    private static final int COLLECTIONS = 40;

    private static final String FILE_HANDLER = "org.ermine.tee.supplicant.gpfs";
    private static final String README_HANDLER = "org.ermine.tee.itests.readme-handler";
    private static final int README_LISTENER = 0x4000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Tapes tapes = new Tapes();
    private TeeDevice device;
    private TeeRuntime runtime;
    private ServiceRegistration<?> probe;

    @Before
    public void setUp() throws Exception {
        device = container.service(TeeDevice.class);
        runtime = container.service(TeeRuntime.class);
        probe = ProbeApplication.register(context);
    }

    @After
    public void tearDown() {
        probe.unregister();
    }

    @Test
    public void noRequestIsLostDoubledOrRefusedWhileHandlersAreReplaced() throws Exception {
        ServiceRegistration<?> supplier =
                context.registerService(Supplier.class, tapes, FrameworkUtil.asDictionary(Map.of()));
        TestBundle handler = new TestBundle(SwappedHandler.class);
        Bundle swapped = handler.install(context);
        swapped.start();
        SealedStorage storage = container.service(SealedStorage.class);
        AtomicInteger requests = new AtomicInteger();

        try (ProbeClient one = ProbeClient.open(device);
                ProbeClient other = ProbeClient.open(device)) {
            InContainer.await("the listener is registered with QTEE", () -> canAsk(one, requests, LISTENER));
            try (Load asking = new Load();
                    Load sealing = new Load()) {
                asking.with("first client", () -> ask(one, requests)).with("second client", () -> ask(other, requests));
                sealing.with("sealing client", () -> sealAndUnseal(storage));
                for (int round = 0; round < ROUNDS; round++) {
                    replaceFileHandler();
                    replace(() -> swapped.update(handler.jar()));
                    asking.awaitProgress();
                    replace(() -> {
                        swapped.stop();
                        swapped.start();
                    });
                    asking.awaitProgress();
                    outrank(asking);
                    sealing.awaitProgress();
                }
                asking.stop();
                sealing.stop();
            }
        } finally {
            swapped.uninstall();
            supplier.unregister();
        }
        assertEquals(List.of(), tapes.faults());
        assertEquals("each request reached a handler", requests.get(), tapes.requests());
    }

    /** Asks, and compares the answer with what the handlers recorded. */
    private void ask(ProbeClient client, AtomicInteger requests) throws TeeException {
        int request = requests.incrementAndGet();
        int answer = client.ask(LISTENER, request);
        assertEquals("answer to request " + request, tapes.answerTo(request), Integer.valueOf(answer));
    }

    private void sealAndUnseal(SealedStorage storage) throws Exception {
        byte[] content = new byte[SEALED_BYTES];
        new Random(1).nextBytes(content);
        Path source = folder.getRoot().toPath().resolve("source");
        Path target = folder.getRoot().toPath().resolve("target");
        Files.write(source, content);
        storage.seal("under load", source, ProgressListener.NONE);
        storage.unseal("under load", target, ProgressListener.NONE);
        assertArrayEquals(content, Files.readAllBytes(target));
    }

    private void replaceFileHandler() throws Exception {
        Bundle fileHandler = container.bundle(FILE_HANDLER);
        try (InputStream same = new FileInputStream(InContainer.jar(FILE_HANDLER))) {
            fileHandler.update(same);
        }
        container.refresh(fileHandler);
    }

    @FunctionalInterface
    private interface Replacement {
        void run() throws Exception;
    }

    /** Replaces the handler; from then on the old one must not be called, and the new one is the only one. */
    private void replace(Replacement replacement) throws Exception {
        Tapes.Tape old = tapes.latest();
        replacement.run();
        old.unregistered();
        Tapes.Tape now = tapes.latest();
        assertTrue("another handler", old != now);
        InContainer.await("the new handler is called", () -> now.requests() > 0);
        assertEquals(1, handlers().size());
        assertTrue(handlers().get(0).active);
    }

    /** A handler with a higher ranking comes, gets all requests, and goes. */
    private void outrank(Load load) {
        Tapes.Tape lower = tapes.latest();
        Tapes.Tape higher = tapes.fresh();
        ListenerHandler handler = message -> message.putInt(4, higher.applyAsInt(message.getInt(0)));
        ServiceRegistration<?> registration = context.registerService(
                ListenerHandler.class,
                handler,
                FrameworkUtil.asDictionary(Map.of(
                        ListenerHandler.ID, LISTENER,
                        ListenerHandler.BUFFER_SIZE, 4096,
                        Constants.SERVICE_RANKING, 10)));
        load.awaitProgress();
        int before = lower.requests();
        load.awaitProgress();
        assertEquals("requests of the handler with the lower ranking", before, lower.requests());
        assertTrue("the handler with the higher ranking is called", higher.requests() > 0);
        assertHandlers(Map.of(0, false, 10, true));

        registration.unregister();
        higher.unregistered();
        HandlerSwapDTO[] swaps = runtime.snapshot().swaps;
        HandlerSwapDTO last = swaps[swaps.length - 1];
        assertEquals(last.toString(), "0x" + Integer.toHexString(LISTENER), last.name);
        assertEquals(last.toString(), 0, last.vacantMillis);
        assertFalse("a handler before and after: " + last, last.from.isEmpty() || last.to.isEmpty());
        ServiceReference<TeeRuntime> service = context.getServiceReference(TeeRuntime.class);
        InContainer.await(
                "the change count is published",
                () -> service.getProperty(Constants.SERVICE_CHANGECOUNT).equals(runtime.snapshot().changeCount));
        load.awaitProgress();
        assertTrue("the handler with the lower ranking is called again", lower.requests() > before);
        assertHandlers(Map.of(0, true));
    }

    /** What introspection tells of the listener: whether the handler with each ranking is active. */
    private void assertHandlers(Map<Integer, Boolean> activeByRanking) {
        List<HandlerDTO> handlers = handlers();
        assertEquals(handlers.toString(), activeByRanking.size(), handlers.size());
        for (HandlerDTO handler : handlers) {
            assertEquals(handler.toString(), activeByRanking.get(handler.ranking), handler.active);
            assertEquals(handler.toString(), "listener", handler.kind);
            assertEquals(handler.toString(), 0, handler.failures);
            assertTrue(handler.toString(), handler.requests > 0);
        }
    }

    private List<HandlerDTO> handlers() {
        return Arrays.stream(runtime.snapshot().handlers)
                .filter(handler -> handler.name.equals("0x" + Integer.toHexString(LISTENER)))
                .toList();
    }

    @Test
    public void theClassLoaderOfAHandlerThatWasUninstalledIsCollected() throws Exception {
        try (ProbeClient client = ProbeClient.open(device)) {
            WeakReference<ClassLoader> gone = useAndUninstall(client, new Object[1]);
            assertTrue("a handler that nobody holds", isCollected(gone));

            // The measurement sees a leak: here is one.
            Object[] leak = new Object[1];
            WeakReference<ClassLoader> kept = useAndUninstall(client, leak);
            assertNotNull(leak[0]);
            assertTrue("a handler that is held by somebody", !isCollected(kept));
            leak[0] = null;
            assertTrue("a handler that was held by somebody", isCollected(kept));
        }
    }

    /**
     * This is done in a frame of its own, so that nothing in it keeps the class loader. Before and after the one
     * request that is answered, the TEE knows the listener.
     */
    private WeakReference<ClassLoader> useAndUninstall(ProbeClient client, Object[] kept) throws Exception {
        Bundle handler = container.install(README_HANDLER);
        handler.start();
        WeakReference<ClassLoader> loader =
                new WeakReference<>(handler.adapt(BundleWiring.class).getClassLoader());
        InContainer.await("the handler answers", () -> canAsk(client, new AtomicInteger(), README_LISTENER));
        kept[0] = serviceObject(handler);
        assertSame(
                "the handler's class loader", loader.get(), kept[0].getClass().getClassLoader());
        handler.uninstall();
        container.refresh(handler);
        return loader;
    }

    private Object serviceObject(Bundle bundle) {
        ServiceReference<?> reference = bundle.getRegisteredServices()[0];
        Object service = context.getService(reference);
        context.ungetService(reference);
        return service;
    }

    private static boolean isCollected(WeakReference<?> reference) {
        for (int i = 0; i < COLLECTIONS && reference.get() != null; i++) {
            System.gc();
        }
        return reference.get() == null;
    }

    private static boolean canAsk(ProbeClient client, AtomicInteger requests, int listener) {
        try {
            client.ask(listener, requests.incrementAndGet());
            return true;
        } catch (TeeException e) {
            requests.decrementAndGet();
            return false;
        }
    }
}
