// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Power goes at each access to files and counters, before and after it takes place, and what the disk did not have to
 * store yet is kept, lost or torn: the old or the new state is left.
 */
@Timeout(120)
class PowerLossTest {

    private static final byte[] NONE = null;
    private static final byte[] OLD = Contents.random(1, 3 * TestClient.CHUNK_SIZE);
    private static final byte[] NEW = Contents.random(2, 2 * TestClient.CHUNK_SIZE + 1);
    private static final byte[] LONG = Contents.random(4, 12 * TestClient.CHUNK_SIZE);
    private static final byte[] OTHER = Contents.random(3, 10);

    private MemoryFileStorage storage;
    private FakeEnvironment environment;
    /** What the client that loses power did before. */
    private Operation warmUp = client -> {};

    static Stream<Arguments> losses() {
        return Stream.of(MemoryFileStorage.Unforced.values())
                .flatMap(unforced -> Stream.of(Arguments.of(false, unforced), Arguments.of(true, unforced)));
    }

    private interface Operation {
        void run(TestClient client) throws TeeException;
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whileTheFirstObjectIsSealedThereIsNoneOrAllOfIt(boolean stepTakesPlace, MemoryFileStorage.Unforced unforced)
            throws TeeException {
        int steps =
                losePowerAtEachStep(client -> {}, client -> client.seal("x", NEW), NONE, NEW, stepTakesPlace, unforced);
        assertTrue(steps > 8, "only " + steps + " steps");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whileAnObjectIsReplacedThereIsTheOldOrTheNewOne(boolean stepTakesPlace, MemoryFileStorage.Unforced unforced)
            throws TeeException {
        int steps = losePowerAtEachStep(
                PowerLossTest::prepare, client -> client.seal("x", NEW), OLD, NEW, stepTakesPlace, unforced);
        assertTrue(steps > 12, "only " + steps + " steps");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whileAnObjectIsRemovedThereIsAllOfItOrNothing(boolean stepTakesPlace, MemoryFileStorage.Unforced unforced)
            throws TeeException {
        int steps = losePowerAtEachStep(
                PowerLossTest::prepare, client -> client.remove("x"), OLD, NONE, stepTakesPlace, unforced);
        assertTrue(steps > 7, "only " + steps + " steps");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whileTwoThreadsReplaceAnObjectThereIsTheOldOrTheNewOne(
            boolean stepTakesPlace, MemoryFileStorage.Unforced unforced) throws TeeException {
        int steps = losePowerAtEachStep(
                PowerLossTest::prepare, PowerLossTest::sealWithTwoThreads, OLD, NEW, stepTakesPlace, unforced);
        assertTrue(steps > 12, "only " + steps + " steps");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whileASmallObjectIsReplacedInASpareFileThereIsTheOldOrTheNewOne(
            boolean stepTakesPlace, MemoryFileStorage.Unforced unforced) throws TeeException {
        byte[] before = Contents.random(6, 12);
        byte[] after = Contents.random(7, 20);
        warmUp = client -> {
            client.seal("x", OTHER);
            client.seal("x", before);
            assertEquals(3, storage.segments().size(), "a file is kept");
        };
        int steps = losePowerAtEachStep(
                PowerLossTest::prepare, client -> client.seal("x", after), before, after, stepTakesPlace, unforced);
        assertEquals(5, steps, "the look, the chunk, the index, the force, the counter");
    }

    /** Power goes for both threads, whichever of them notices it first. */
    private static void sealWithTwoThreads(TestClient client) throws TeeException {
        TrustedObject writer = client.create("x");
        AtomicReference<Throwable> stored = new AtomicReference<>();
        AtomicBoolean ended = new AtomicBoolean();
        Thread storing = new Thread(() -> stored.set(storeUntil(ended, writer)));
        storing.start();
        try {
            for (int from = 0; from < NEW.length; from += TestClient.CHUNK_SIZE) {
                TestClient.write(
                        writer, Arrays.copyOfRange(NEW, from, Math.min(from + TestClient.CHUNK_SIZE, NEW.length)));
            }
            TestClient.commit(writer);
        } catch (TeeException e) {
            end(storing, ended);
            if (stored.get() instanceof FakeEnvironment.PowerLoss loss) {
                throw loss;
            }
            throw e;
        } finally {
            end(storing, ended);
        }
    }

    private static void end(Thread storing, AtomicBoolean ended) {
        ended.set(true);
        try {
            storing.join();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this test", e);
        }
    }

    /** Returns why it ended, null if it was told to. */
    private static Throwable storeUntil(AtomicBoolean ended, TrustedObject writer) {
        try {
            while (!ended.get()) {
                TestClient.store(writer);
            }
            return null;
        } catch (TeeException | FakeEnvironment.PowerLoss e) {
            return e;
        }
    }

    private static void prepare(TestClient client) throws TeeException {
        client.seal("other", OTHER);
        client.seal("x", OLD);
    }

    private int losePowerAtEachStep(
            Operation preparation,
            Operation operation,
            byte[] before,
            byte[] after,
            boolean stepTakesPlace,
            MemoryFileStorage.Unforced unforced)
            throws TeeException {
        for (int step = 1; ; step++) {
            storage = new MemoryFileStorage();
            environment = new FakeEnvironment("device", storage);
            preparation.run(TestClient.start(environment));
            boolean completed = runUntilPowerLoss(operation, step, stepTakesPlace, unforced);
            assertOneOf(before, after, "step " + step);
            assertStoreWorks("step " + step);
            if (completed) {
                return step - 1;
            }
        }
    }

    private boolean runUntilPowerLoss(
            Operation operation, int step, boolean takesPlace, MemoryFileStorage.Unforced unforced)
            throws TeeException {
        TestClient client = TestClient.start(environment);
        warmUp.run(client);
        environment.losePowerAt(step, takesPlace);
        try {
            operation.run(client);
            return true;
        } catch (FakeEnvironment.PowerLoss e) {
            return false;
        } finally {
            environment.restorePower();
            storage.losePower(unforced, step);
        }
    }

    /** What is found after the restart is found again after another one, and power may go while it is looked for. */
    private void assertOneOf(byte[] before, byte[] after, String when) throws TeeException {
        Set<String> files = Set.copyOf(storage.files().keySet());
        byte[] found = contentOf(TestClient.start(environment));
        assertTrue(Arrays.equals(found, before) || Arrays.equals(found, after), when);
        Set<String> left = Set.copyOf(storage.files().keySet());
        assertTrue(files.containsAll(left), when);
        assertArrayEquals(found, contentOf(TestClient.start(environment)), when);
        assertEquals(left, storage.files().keySet(), "what was being written goes at once, and nothing else");
    }

    private static byte[] contentOf(TestClient client) throws TeeException {
        return client.list().containsKey("x") ? client.unseal("x") : NONE;
    }

    /** The store goes on, other objects are there, and no file is left behind that belongs to none of them. */
    private void assertStoreWorks(String when) throws TeeException {
        TestClient client = TestClient.start(environment);
        byte[] latest = Contents.random(5, TestClient.CHUNK_SIZE + 1);
        client.seal("x", latest);
        assertArrayEquals(latest, client.unseal("x"), when);
        boolean hasOther = client.list().containsKey("other");
        assertEquals(hasOther ? 2 : 1, client.list().size(), when);
        // What was in its place may be kept to be written over.
        client = TestClient.start(environment);
        client.remove("x");
        if (hasOther) {
            assertArrayEquals(OTHER, client.unseal("other"), when);
        }
        assertEquals(
                hasOther ? 1 : 0,
                storage.segments().size(),
                () -> when + ": " + storage.files().keySet());
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whenPowerGoesAgainDuringRecoveryNothingIsLost(boolean stepTakesPlace, MemoryFileStorage.Unforced unforced)
            throws TeeException {
        for (int first = 1; first < 30; first++) {
            for (int second = 1; second < 50; second += 3) {
                storage = new MemoryFileStorage();
                environment = new FakeEnvironment("device", storage);
                prepare(TestClient.start(environment));
                runUntilPowerLoss(client -> client.seal("x", NEW), first, stepTakesPlace, unforced);
                runUntilPowerLoss(client -> client.seal("z", NEW), second, !stepTakesPlace, unforced);
                assertOneOf(OLD, NEW, first + " and " + second);
                TestClient client = TestClient.start(environment);
                client.seal("z", OTHER);
                int segmentsOfX = 2;
                assertEquals(
                        segmentsOfX + 1 + 1,
                        storage.segments().size(),
                        () -> "left: " + storage.files().keySet());
            }
        }
    }

    @Test
    void whenPowerGoesAfterASealIsAnsweredAllOfItIsThere() throws TeeException {
        for (int size = 0; size < 7 * TestClient.CHUNK_SIZE; size += 11) {
            storage = new MemoryFileStorage();
            environment = new FakeEnvironment("device", storage);
            byte[] content = Contents.random(size, size);
            TestClient.start(environment).seal("x", content);
            storage.losePower(MemoryFileStorage.Unforced.LOST, size);
            assertArrayEquals(content, TestClient.start(environment).unseal("x"));
        }
    }

    @Test
    void whenPowerGoesWhileManySegmentsAreWrittenNoneIsLeftBehind() throws TeeException {
        for (int seed = 0; seed < 100; seed++) {
            storage = new MemoryFileStorage();
            environment = new FakeEnvironment("device", storage);
            TestClient.write(TestClient.start(environment).create("x"), LONG);
            storage.losePower(MemoryFileStorage.Unforced.TORN, seed);
            assertStoreWorks("seed " + seed);
        }
    }

    @Test
    void whenPowerGoesWhileManySegmentsAreRemovedNoneIsLeftBehind() throws TeeException {
        for (int seed = 0; seed < 100; seed++) {
            storage = new MemoryFileStorage();
            environment = new FakeEnvironment("device", storage);
            TestClient client = TestClient.start(environment);
            client.seal("x", LONG);
            client.remove("x");
            storage.losePower(MemoryFileStorage.Unforced.TORN, seed);
            assertStoreWorks("seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenPowerGoesWithSeveralWritersOpenNoFileIsLeftBehind(boolean commitsOne) throws TeeException {
        storage = new MemoryFileStorage();
        environment = new FakeEnvironment("device", storage);
        TestClient client = TestClient.start(environment);
        for (int i = 0; i < Generations.MAX_OPEN - 1; i++) {
            environment.client(new TrustedClient(i, FakeEnvironment.CLIENT.packageName()));
            TestClient.write(client.create("w" + i), OLD);
        }
        environment.client(new TrustedClient(1000, FakeEnvironment.CLIENT.packageName()));
        TrustedObject last = client.create("last");
        TestClient.write(last, OLD);
        if (commitsOne) {
            TestClient.commit(last);
            TestClient.write(client.create("after"), OLD);
        }
        storage.losePower(MemoryFileStorage.Unforced.TORN, 1);
        TestClient restarted = TestClient.start(environment);
        restarted.seal("x", OTHER);
        assertEquals(
                commitsOne ? 2 + 1 : 1,
                storage.segments().size(),
                () -> "" + storage.files().keySet());
        assertEquals(commitsOne ? 2 : 1, restarted.list().size());
    }
}
