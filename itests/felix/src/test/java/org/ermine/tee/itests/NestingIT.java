// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.ServiceRegistration;

/** Callbacks invoke the TEE, which calls back, and so on. */
public class NestingIT extends ErmineContainer {

    private static final int LEVELS = 64;
    private static final int CLIENTS = 8;
    private static final int WORKERS = 4;
    /** Levels that one worker carries out within one another. */
    private static final int MOST = 256;
    /** More than any stack holds. */
    private static final int ENDLESS = 1_000_000;

    private TeeDevice device;
    private TeeRuntime runtime;
    private ServiceRegistration<?> probe;

    @Before
    public void setUp() throws Exception {
        container.configure(
                "org.ermine.tee.supplicant", Map.of("workers", WORKERS, "maxThreads", WORKERS, "maxNesting", MOST));
        container.requireService("(" + TeeDevice.SERVES_CALLBACKS + "=true)");
        device = container.service(TeeDevice.class);
        runtime = container.service(TeeRuntime.class);
        probe = ProbeApplication.register(context);
    }

    @After
    public void tearDown() throws Exception {
        probe.unregister();
        container.configure("org.ermine.tee.supplicant", Map.of());
    }

    /** INV-10: callbacks nest in one another; REQ-14: whoever waits for a callback may be whoever serves it. */
    @Test
    public void eightClientsNest64LevelsDeepOnFourWorkers() throws Exception {
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            answers.add(inBackground(LEVELS));
        }
        for (CompletableFuture<Integer> answer : answers) {
            assertEquals(LEVELS, (int) answer.get(30, TimeUnit.SECONDS));
        }
        assertNothingIsLeft();
    }

    /**
     * Nesting ends where it is configured to, long before a stack does: the last level fails, those above it go on.
     * Levels may be carried out by several workers in turn.
     */
    @Test
    public void whoNestsTooDeepGetsAnErrorAndNothingIsLost() throws Exception {
        Nest nest = new Nest(ENDLESS);
        try (ProbeClient client = ProbeClient.open(device)) {
            nest.application = client;
            int depth = nest.invoke(1);
            assertTrue("levels: " + depth, depth >= MOST && depth <= WORKERS * MOST);
            TeeException refused = (TeeException) nest.failure;
            assertEquals(refused.toString(), TeeResult.KMEM, refused.result());
            assertEquals("callbacks that were begun and ended", depth, nest.ended.get());
        }
        assertNothingIsLeft();
        eightClientsNest64LevelsDeepOnFourWorkers();
    }

    private CompletableFuture<Integer> inBackground(int levels) {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            Nest nest = new Nest(levels);
            try (ProbeClient client = ProbeClient.open(device)) {
                nest.application = client;
                answer.complete(nest.invoke(1));
            } catch (TeeException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    private void assertNothingIsLeft() {
        InContainer.await(
                () -> "contexts " + contexts(),
                () -> contexts().stream()
                        .allMatch(open -> open.requests.length == 0 && !open.owner.contains("PAXEXAM")));
        InContainer.await(
                () -> "buffers " + runtime.snapshot().memory.buffersInUse,
                () -> runtime.snapshot().memory.buffersInUse == 0);
    }

    private List<ContextDTO> contexts() {
        return Arrays.stream(runtime.snapshot().devices)
                .flatMap(each -> Arrays.stream(each.contexts))
                .toList();
    }

    /** Invokes the application with a callback that does the same one level deeper, down to the last one. */
    private static final class Nest {

        private final int levels;
        private final AtomicInteger ended = new AtomicInteger();
        private ProbeClient application;
        /** What the deepest level that was not begun failed with. */
        private Exception failure;

        Nest(int levels) {
            this.levels = levels;
        }

        /** Returns the number of the deepest level that was begun. */
        int invoke(int level) throws TeeException {
            byte[] answer = new byte[4];
            CallbackObject callback = (op, arguments) -> dispatch(level, arguments);
            application
                    .application()
                    .invoke(
                            ProbeApplication.OP_CALL_BACK,
                            new Arguments().in(new byte[4]).out(answer).in(callback));
            return (answer[0] & 0xff) | (answer[1] & 0xff) << 8 | (answer[2] & 0xff) << 16;
        }

        private void dispatch(int level, IncomingArguments arguments) {
            try {
                arguments.output(0).putInt(level == levels ? level : deeper(level));
            } finally {
                ended.incrementAndGet();
            }
        }

        private int deeper(int level) {
            try {
                return invoke(level + 1);
            } catch (TeeException | RuntimeException e) {
                failure = e;
                return level;
            }
        }
    }
}
