// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.call.CallPool;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One client connects to an application while the last one of the others leaves it. */
@Timeout(60)
class AppTableTest {

    private static final String NAME = "app";
    private static final int ROUNDS = 20_000;
    private static final int CLIENTS = 8;
    private static final int VISITS = 200;

    private final SecureHeap heap = new SecureHeap(1 << 24);
    private final CallPool calls = new CallPool(number -> {
        throw new AssertionError("nothing is invoked");
    });
    private final DomainObjectTable objects = new DomainObjectTable(
            1000,
            new OwnerShares("objects", 1000, "none"),
            heap,
            calls,
            (op, arguments) -> {},
            new RepeatLog(line -> {}));
    private final AppTable apps = new AppTable(2, heap, objects, (name, domain) -> null);
    private final Queue<Throwable> mistakes = new ConcurrentLinkedQueue<>();
    private final ExecutorService leaving = Executors.newSingleThreadExecutor();
    private final CyclicBarrier together = new CyclicBarrier(2);

    @AfterEach
    void endThread() {
        leaving.shutdownNow();
    }

    private LoadedApp load() throws TeeException {
        return apps.load(NAME, AppTable.EMBEDDED_IMAGE_NOT_FOUND);
    }

    /**
     * The connection may come too late, and then the application can be loaded: the table does not say that it is
     * there.
     */
    private LoadedApp connectOrLoad() throws TeeException {
        try {
            return apps.connect(NAME);
        } catch (TeeException e) {
            assertEquals(AppTable.APP_NOT_LOADED, e.result());
            return load();
        }
    }

    @Test
    void givenAClientThatLeavesWhenAnotherOneConnectsThenTheOtherOneHasALoadedApplication() throws Exception {
        TrustedApplication application = environment -> (op, arguments) -> {};
        apps.deploy(NAME, application, Map.of());
        LoadedApp present = load();
        for (int round = 0; round < ROUNDS; round++) {
            LoadedApp left = present;
            Future<?> leave = leaving.submit(() -> {
                together.await();
                left.disconnect();
                return null;
            });
            together.await();
            present = connectOrLoad();
            leave.get();
            assertTrue(present.isLoaded(), "round " + round + ": the application ended under the feet of its client");
        }
        present.disconnect();
        assertEquals(0, apps.loaded().size());
        assertEquals(0, heap.usage().used());
    }

    /** The room for one application, and not for two. */
    private static SecureHeap roomForOne() {
        return new SecureHeap(SecureHeap.APPLICATION + SecureHeap.APPLICATION / 2);
    }

    /** Lets others run for up to three milliseconds, as a processor does that is taken away. */
    private static void losesTheProcessor() {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(3_000_000));
    }

    @Test
    void givenEightClientsThatComeAndGoWhenThreadsAreHeldUpThenEachIsConnectedAndOneApplicationRunsAtATime()
            throws Exception {
        SecureHeap small = roomForOne();
        AtomicReference<Domain> latest = new AtomicReference<>();
        AppTable table = new AppTable(1, small, objects, (name, domain) -> {
            Domain before = latest.getAndSet(domain);
            if (before != null && !before.hasEnded()) {
                mistakes.add(new AssertionError("an application starts beside one that has not ended"));
            }
            return null;
        });
        table.deploy(NAME, environment -> new HeldUp(), Map.of());
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                all.add(clients.submit(() -> {
                    comeAndGo(table);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertEquals(List.of(), List.copyOf(mistakes));
        assertEquals(0, table.loaded().size());
        assertEquals(0, small.usage().used());
    }

    /** Is refused only for what changes: so one of the next attempts succeeds. */
    private static void comeAndGo(AppTable table) throws TeeException {
        for (int visit = 0; visit < VISITS; visit++) {
            LoadedApp app = null;
            while (app == null) {
                app = loadOrConnect(table);
            }
            assertTrue(app.isLoaded(), "the application ended under the feet of its client");
            losesTheProcessor();
            app.disconnect();
        }
    }

    private static LoadedApp loadOrConnect(AppTable table) throws TeeException {
        try {
            return table.load(NAME, AppTable.EMBEDDED_IMAGE_NOT_FOUND);
        } catch (TeeException e) {
            assertEquals(AppTable.ALREADY_LOADED, e.result(), e.getMessage());
        }
        losesTheProcessor();
        try {
            return table.connect(NAME);
        } catch (TeeException e) {
            boolean tryAgain =
                    e.result().equals(AppTable.APP_NOT_LOADED) || e.result().equals(TeeResult.BUSY);
            assertTrue(tryAgain, e.getMessage());
            return null;
        }
    }

    /** The application object of an application that is held up while it ends. */
    private static final class HeldUp implements TrustedObject {

        HeldUp() {
            losesTheProcessor();
        }

        @Override
        public void invoke(int op, IncomingArguments arguments) {}

        @Override
        public void released() {
            losesTheProcessor();
        }
    }

    @Test
    void givenAnApplicationThatIsBeingLoadedWhenAnotherClientLoadsItThenItIsNotTheHeapThatIsFull() throws Exception {
        AppTable table = new AppTable(2, roomForOne(), objects, (name, domain) -> null);
        List<TeeResult> answers = new ArrayList<>();
        table.deploy(
                NAME,
                environment -> {
                    answers.add(
                            assertThrows(TeeException.class, () -> table.load(NAME, AppTable.EMBEDDED_IMAGE_NOT_FOUND))
                                    .result());
                    return new HeldUp();
                },
                Map.of());
        table.load(NAME, AppTable.EMBEDDED_IMAGE_NOT_FOUND).disconnect();
        assertEquals(List.of(AppTable.ALREADY_LOADED), answers);
    }

    @Test
    void givenAClientThatRestartsWhenAnotherOneConnectsThenTheOtherOnesApplicationIsNotEnded() throws Exception {
        TrustedApplication application = environment -> (op, arguments) -> {};
        apps.deploy(NAME, application, Map.of());
        LoadedApp present = load();
        for (int round = 0; round < ROUNDS; round++) {
            Future<?> restart = leaving.submit(() -> {
                together.await();
                restartUnlessInUse(present);
                return null;
            });
            together.await();
            LoadedApp connected = apps.connect(NAME);
            DomainObject object = connected.appObject();
            restart.get();
            assertFalse(object.domain().hasEnded(), "round " + round + ": it was restarted though it has two clients");
            object.release();
            connected.disconnect();
        }
        present.disconnect();
        assertEquals(0, apps.loaded().size());
        assertEquals(0, heap.usage().used());
    }

    @Test
    void givenAClientThatLeavesWhileItsApplicationRestartsThenTheApplicationIsUnloaded() throws Exception {
        AtomicReference<LoadedApp> restarting = new AtomicReference<>();
        TrustedApplication application = environment -> {
            if (restarting.get() != null) {
                restarting.get().disconnect();
            }
            return (op, arguments) -> {};
        };
        apps.deploy(NAME, application, Map.of());
        LoadedApp present = load();
        restarting.set(present);

        present.restart();

        assertFalse(present.isLoaded());
        assertFalse(apps.isTaken(NAME));
        assertEquals(0, heap.usage().used());
    }

    private static void restartUnlessInUse(LoadedApp app) throws TeeException {
        try {
            app.restart();
        } catch (TeeException e) {
            assertEquals(LoadedApp.APP_IN_USE, e.result());
        }
    }
}
