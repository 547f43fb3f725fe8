// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.supplicant.ListenerHandler;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A handler is replaced, goes and misbehaves, with requests at known points: listener handlers and named callback
 * implementations alike, in a class of tests each.
 */
public abstract class HotSwap extends ErmineContainer {

    private static final String SUPPLICANT = "org.ermine.tee.supplicant";
    private static final String EMULATOR = "org.ermine.tee.qtee.emulator";
    private static final long SHORT_MILLIS = 300;
    private static final long LONG_MILLIS = 20_000;

    private final Kind kind;
    private final Stage stage = new Stage();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final TestBundle handlers = new TestBundle(StagedHandler.class, "handler");
    private Bundle handler;

    /** The two ways for an implementation to be a service. */
    enum Kind {
        LISTENER,
        CALLBACK
    }

    HotSwap(Kind kind) {
        this.kind = kind;
    }

    @Before
    public void setUp() throws Exception {
        IntSupplier next = numbers::incrementAndGet;
        registrations.add(ProbeApplication.register(context));
        registrations.add(context.registerService(UnaryOperator.class, stage, null));
        registrations.add(context.registerService(IntSupplier.class, next, null));
        configure(LONG_MILLIS, LONG_MILLIS, LONG_MILLIS);
        handler = handlers.install(context);
        handler.start();
        awaitAnswer(1);
    }

    @After
    public void tearDown() throws Exception {
        stage.openAll();
        TestBundle.uninstallAll(context);
        registrations.forEach(ServiceRegistration::unregister);
        container.configure(SUPPLICANT, Map.of());
    }

    // ---- Swaps: what is in progress ends where it began, what comes meanwhile is served by the successor.

    @Test
    public void aHigherRankingArrives() throws Exception {
        Bundle better = new TestBundle(StagedHandler.class, "better").install(context);
        swap(() -> {
            better.start();
            configure(better, Map.of(Constants.SERVICE_RANKING, 10));
        });
        better.uninstall();
        awaitAnswer(1);
    }

    @Test
    public void theRankingIsConfiguredBelowThatOfAnother() throws Exception {
        Bundle worse = new TestBundle(StagedHandler.class, "worse").install(context);
        worse.start();
        assertEquals("the older handler of the same ranking answers", "1", answer(StagedHandler.ANSWER));
        swap(() -> configure(handler, Map.of(Constants.SERVICE_RANKING, -10)));
        worse.uninstall();
        awaitAnswer(1);
    }

    /** A listener needs other memory from then on; a callback implementation stays as it is. */
    @Test
    public void itIsConfigured() throws Exception {
        stage.close("handler.1.held");
        CompletableFuture<String> begun = ask(StagedHandler.HOLD);
        stage.await("handler.1.held");
        CompletableFuture<String> changed = inBackground(() -> {
            configure(handler, Map.of(ListenerHandler.BUFFER_SIZE, 8192));
            return "changed";
        });
        if (kind == Kind.LISTENER) {
            InContainer.await(
                    "the handler gets no more requests",
                    () -> handlersOfThisKind().stream().noneMatch(dto -> dto.active));
        }
        CompletableFuture<String> next = ask(StagedHandler.ANSWER);
        if (kind == Kind.LISTENER) {
            awaitThreadIn("the request waits in the TEE", EMULATOR, "listener.Listener", "takeTurn");
        }
        stage.open("handler.1.held");
        assertEquals("the request in progress", "1", result(begun));
        assertEquals("changed", result(changed));
        assertEquals("the request that came meanwhile", "1", result(next));
    }

    @Test
    public void itIsUpdated() throws Exception {
        swap(() -> handler.update(handlers.jar()));
    }

    @Test
    public void itIsStoppedAndStarted() throws Exception {
        swap(() -> {
            handler.stop();
            handler.start();
        });
    }

    @Test
    public void itIsRefreshed() throws Exception {
        swap(() -> container.refresh(handler));
    }

    @Test
    public void itIsUninstalledAndInstalled() throws Exception {
        swap(() -> {
            handler.uninstall();
            handler = handlers.install(context);
            handler.start();
        });
    }

    /** Something that is done to handlers. */
    @FunctionalInterface
    private interface Change {
        void run() throws Exception;
    }

    private void swap(Change change) throws Exception {
        int successor = 2;
        stage.close("handler.1.held");
        CompletableFuture<String> begun = ask(StagedHandler.HOLD);
        stage.await("handler.1.held");
        CompletableFuture<String> changed = inBackground(() -> {
            change.run();
            return "changed";
        });
        // One that waits for its calls is not among the handlers any more.
        InContainer.await("the handler gets no more requests", () -> !isActiveAtWork());
        CompletableFuture<String> next = ask(StagedHandler.ANSWER);
        stage.open("handler.1.held");

        assertEquals("the request in progress", "1", result(begun));
        assertEquals("changed", result(changed));
        assertEquals("the request that came meanwhile", Integer.toString(successor), result(next));
        awaitAnswer(successor);
    }

    // ---- No successor.

    @Test
    public void noSuccessorComes() throws Exception {
        configure(LONG_MILLIS, SHORT_MILLIS, LONG_MILLIS);
        awaitAnswer(1);
        long gone = System.nanoTime();
        handler.stop();

        String refused = answer(StagedHandler.ANSWER);
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - gone);
        assertTrue("refused after " + waited + " ms", waited >= SHORT_MILLIS);
        assertEquals("DEFUNCT (-90)", refused);

        handler.start();
        awaitAnswer(2);
    }

    @Test
    public void theSuccessorComesWhileRequestsWait() throws Exception {
        handler.stop();
        CompletableFuture<String> waiting = ask(StagedHandler.ANSWER);
        awaitThreadIn("the request waits in a worker", SUPPLICANT, "handler.HandlerSlot", "awaitSuccessor");
        handler.start();
        assertEquals("2", result(waiting));
    }

    /**
     * Fails at once if the bundle has no such method: by its package's name, which is the bundle's too, and by that of
     * the class.
     */
    private void awaitThreadIn(String what, String bundle, String className, String method) throws Exception {
        Class<?> type = container.bundle(bundle).loadClass(bundle + "." + className);
        assertTrue(
                type + " has no method " + method,
                Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(present -> present.getName().equals(method)));
        InContainer.await(what, () -> isAThreadIn(type, method));
    }

    private static boolean isAThreadIn(Class<?> type, String method) {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(type.getName())
                        && frame.getMethodName().equals(method));
    }

    @Test
    public void theDrainTimeEnds() throws Exception {
        configure(SHORT_MILLIS, LONG_MILLIS, LONG_MILLIS);
        awaitAnswer(1);
        assertIsCollected(drain());
        awaitAnswer(2);
    }

    /**
     * This is done in a frame of its own, so that nothing in it keeps the handler's class loader, which is returned.
     */
    private WeakReference<ClassLoader> drain() throws Exception {
        WeakReference<ClassLoader> loader = loader();
        stage.close("handler.1.held");
        CompletableFuture<String> begun = ask(StagedHandler.HOLD);
        stage.await("handler.1.held");

        long before = System.nanoTime();
        handler.uninstall();
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
        assertTrue("waited " + waited + " ms", waited >= SHORT_MILLIS);
        assertEquals("the request in progress", "DEFUNCT (-90)", result(begun));

        // From now on it finds none of its classes that it has not used before.
        container.refresh(handler);
        handler = handlers.install(context);
        handler.start();
        awaitAnswer(2);
        stage.open("handler.1.held");
        return loader;
    }

    // ---- Handlers that misbehave.

    @Test
    public void whatItThrowsIsAnErrorAndNothingElse() throws Exception {
        assertFails("ERROR (1)", StagedHandler.THROW_CHECKED);
        assertFails("ERROR (1)", StagedHandler.THROW_UNCHECKED);
        assertFails("ERROR (1)", StagedHandler.THROW_ERROR);
        assertFails("ERROR (1)", StagedHandler.OVERFLOW_STACK);
        assertFails("ERROR (1)", StagedHandler.FAIL_TO_LINK);
        assertFails("ERROR (1)", StagedHandler.ANSWER_TOO_MUCH);
        assertFails("error 17", StagedHandler.RESULT_OF_ITS_OWN);
        assertFails("ERROR (1)", StagedHandler.RESULT_OF_THE_TRANSPORT);
        assertIsCollected(replaced());
    }

    private WeakReference<ClassLoader> replaced() throws Exception {
        WeakReference<ClassLoader> loader = loader();
        handler.update(handlers.jar());
        container.refresh(handler);
        InContainer.await("the successor answers", () -> Integer.parseInt(answer(StagedHandler.ANSWER)) > 1);
        return loader;
    }

    private void assertFails(String result, int command) throws Exception {
        assertEquals("command " + command, result, answer(command));
        assertEquals("the next request", "1", answer(StagedHandler.ANSWER));
    }

    @Test
    public void itHangsInARequest() throws Exception {
        configure(LONG_MILLIS, LONG_MILLIS, SHORT_MILLIS);
        awaitAnswer(1);
        stage.close("handler.1.held");
        long before = System.nanoTime();
        assertEquals("TIMEOUT (-103)", answer(StagedHandler.HOLD));
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
        assertTrue("failed after " + waited + " ms", waited >= SHORT_MILLIS);
        // It is counted when it has been answered.
        InContainer.await(
                () -> "it hangs and failed once: " + handlersOfThisKind(),
                () -> handlersOfThisKind().stream()
                        .anyMatch(hanging -> hanging.inProgress == 1 && hanging.failures == 1));
        stage.open("handler.1.held");
        awaitAnswer(1);
    }

    @Test
    public void itAnswersTwice() throws Exception {
        assertEquals("1", answer(StagedHandler.KEEP));
        Runnable writer = context.getService(reference(handler, Runnable.class));
        try {
            writer.run();
        } catch (RuntimeException e) {
            assertTrue(e.toString(), kind == Kind.CALLBACK);
        }
        assertEquals("1", answer(StagedHandler.ANSWER));
    }

    @Test
    public void itUnregistersItselfInACall() throws Exception {
        assertEquals("1", answer(StagedHandler.UNREGISTER));
        handler.stop();
        handler.start();
        awaitAnswer(2);
    }

    @Test
    public void itStopsItsBundleInACall() throws Exception {
        assertEquals("1", answer(StagedHandler.STOP));
        handler.start();
        awaitAnswer(2);
    }

    // ---- Helpers.

    private void configure(long drain, long grace, long limit) throws Exception {
        container.configure(SUPPLICANT, Map.of("drainMillis", drain, "graceMillis", grace, "timeLimitMillis", limit));
    }

    @SuppressWarnings("unchecked")
    private void configure(Bundle bundle, Map<String, Object> configuration) {
        ServiceReference<?> reference = reference(bundle, Consumer.class);
        ((Consumer<Map<String, Object>>) context.getService(reference)).accept(configuration);
        context.ungetService(reference);
    }

    @SuppressWarnings("unchecked")
    private static <T> ServiceReference<T> reference(Bundle bundle, Class<T> type) {
        return (ServiceReference<T>) Arrays.stream(bundle.getRegisteredServices())
                .filter(reference -> Arrays.asList((String[]) reference.getProperty(Constants.OBJECTCLASS))
                        .contains(type.getName()))
                .findFirst()
                .orElseThrow();
    }

    private WeakReference<ClassLoader> loader() {
        return new WeakReference<>(handler.adapt(BundleWiring.class).getClassLoader());
    }

    private static void assertIsCollected(WeakReference<?> loader) {
        for (int i = 0; i < 40 && loader.get() != null; i++) {
            System.gc();
        }
        assertNull("the class loader of the handler that went", loader.get());
    }

    /** QTEE is told of listeners in the background. */
    private void awaitAnswer(int number) {
        InContainer.await(
                () -> number + " answers, not " + answer(StagedHandler.ANSWER),
                () -> answer(StagedHandler.ANSWER).equals(Integer.toString(number)));
    }

    /** What a request is answered, or the result that it fails with. */
    private String answer(int command) {
        try (ProbeClient client = ProbeClient.open(container.service(TeeDevice.class))) {
            return Integer.toString(
                    kind == Kind.LISTENER
                            ? client.ask(StagedHandler.LISTENER, command)
                            : client.ask(StagedHandler.NAME, command));
        } catch (TeeException e) {
            return e.result().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    private CompletableFuture<String> ask(int command) {
        return inBackground(() -> answer(command));
    }

    /** Something that takes a while to come about. */
    @FunctionalInterface
    private interface Task {
        String run() throws Exception;
    }

    private static CompletableFuture<String> inBackground(Task task) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(task.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static String result(CompletableFuture<String> result) throws Exception {
        return result.get(20, TimeUnit.SECONDS);
    }

    /** What introspection tells of them. */
    private List<HandlerDTO> handlersOfThisKind() {
        ServiceReference<TeeRuntime> reference = context.getServiceReference(TeeRuntime.class);
        return Arrays.stream(context.getService(reference).snapshot().handlers)
                .filter(dto -> dto.kind.equalsIgnoreCase(kind.name()))
                .filter(dto -> dto.bundle.startsWith("org.ermine.tee.itests."))
                .toList();
    }

    /** Whether a handler that works on a request would get the next one too. */
    private boolean isActiveAtWork() {
        return handlersOfThisKind().stream().anyMatch(dto -> dto.active && dto.inProgress > 0);
    }
}
