// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Releases arrive at any time after the last operation of a writer or a reader: nobody else is concerned. */
@Timeout(120)
class LateReleaseTest {

    private static final byte[] BEFORE = Contents.random(1, 3 * TestClient.CHUNK_SIZE);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final TestClient client = TestClient.start(environment);
    /** What has to be in the store. */
    private final Map<String, byte[]> expected = new TreeMap<>();

    /** What a writer does in the end, before it is released. */
    private enum End {
        COMMIT,
        ABORT,
        FAILED_COMMIT,
        FAILED_COMMIT_AND_ABORT,
        NOTHING
    }

    /** One step of a client. */
    @FunctionalInterface
    private interface Step {
        void run() throws TeeException;
    }

    @Test
    @DisplayName(
            "ERM-26: given an aborted writer, when its release comes after another writer took over its generation, "
                    + "then what the other one commits stays")
    void releaseOfAnAbortedWriter() throws TeeException {
        TrustedObject aborted = client.create("x");
        TestClient.abort(aborted);
        TrustedObject other = client.create("y");
        TestClient.write(other, BEFORE);
        aborted.released();
        TestClient.commit(other);
        assertArrayEquals(BEFORE, client.unseal("y"));
    }

    @Test
    @DisplayName("ERM-26: given a writer that was released before it committed, when it commits, then it is refused")
    void commitAfterTheRelease() throws TeeException {
        TrustedObject writer = client.create("x");
        TestClient.write(writer, BEFORE);
        writer.released();
        client.seal("y", BEFORE);
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.commit(writer)));
        assertArrayEquals(BEFORE, client.unseal("y"));
    }

    @Test
    @DisplayName(
            "ERM-26: given two readers of a replaced object, when one of them is released twice, then the other still "
                    + "reads")
    void doubledReleaseOfAReader() throws TeeException {
        client.seal("x", BEFORE);
        TrustedObject first = client.open("x");
        TrustedObject second = client.open("x");
        first.released();
        first.released();
        client.seal("x", new byte[1]);
        assertArrayEquals(BEFORE, TestClient.readAll(second));
        second.released();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(End.values())
                .flatMap(first -> Stream.of(End.values())
                        .flatMap(second -> Stream.of("x", "y").map(name -> Arguments.of(first, second, name))));
    }

    @ParameterizedTest(name = "{0}, {1} {2}")
    @MethodSource("pairs")
    @DisplayName(
            "ERM-26: given two writers, in whatever order their steps and releases come, then what was committed last "
                    + "is there, all else stays as it was, and no file is left behind")
    void anyOrder(End first, End second, String nameOfSecond) throws TeeException {
        List<Boolean> order = new ArrayList<>();
        int orders = runAll(order, first, second, nameOfSecond);
        assertEquals(70, orders);
    }

    /**
     * Runs all orders that begin with {@code order}, of four steps each.
     *
     * @return how many
     */
    private int runAll(List<Boolean> order, End first, End second, String nameOfSecond) throws TeeException {
        if (order.size() == 8) {
            run(order, first, second, nameOfSecond);
            return 1;
        }
        int orders = 0;
        for (boolean isFirst : new boolean[] {true, false}) {
            if (order.stream().filter(before -> before == isFirst).count() < 4) {
                order.add(isFirst);
                orders += runAll(order, first, second, nameOfSecond);
                order.remove(order.size() - 1);
            }
        }
        return orders;
    }

    private void run(List<Boolean> order, End first, End second, String nameOfSecond) throws TeeException {
        for (String name : List.of("x", "other")) {
            client.seal(name, BEFORE);
            expected.put(name, BEFORE);
        }
        Iterator<Step> ofFirst = steps("x", Contents.random(2, 70), first);
        Iterator<Step> ofSecond = steps(nameOfSecond, Contents.random(3, 90), second);
        for (boolean isFirst : order) {
            (isFirst ? ofFirst : ofSecond).next().run();
        }
        String what = "order " + order;
        assertContents(client, what);
        assertContents(TestClient.start(environment), what + ", after a restart");
        assertNoFilesLeft(what);
    }

    /** The steps of one client that writes an object. */
    private Iterator<Step> steps(String name, byte[] content, End end) {
        TrustedObject[] writer = new TrustedObject[1];
        return List.<Step>of(
                        () -> writer[0] = client.create(name),
                        () -> TestClient.write(writer[0], content),
                        () -> end(writer[0], name, content, end),
                        () -> writer[0].released())
                .iterator();
    }

    private void end(TrustedObject writer, String name, byte[] content, End end) throws TeeException {
        if (end == End.COMMIT) {
            TestClient.commit(writer);
            expected.put(name, content);
        }
        if (end == End.FAILED_COMMIT || end == End.FAILED_COMMIT_AND_ABORT) {
            storage.failWrites(28);
            assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, Failures.codeOf(() -> TestClient.commit(writer)));
            storage.failWrites(0);
        }
        if (end == End.ABORT || end == End.FAILED_COMMIT_AND_ABORT) {
            TestClient.abort(writer);
        }
    }

    private void assertContents(TestClient reading, String what) throws TeeException {
        assertEquals(expected.keySet(), reading.list().keySet(), what);
        for (Map.Entry<String, byte[]> object : expected.entrySet()) {
            assertArrayEquals(object.getValue(), reading.unseal(object.getKey()), () -> what + ": " + object.getKey());
        }
    }

    private void assertNoFilesLeft(String what) throws TeeException {
        for (String name : expected.keySet()) {
            client.remove(name);
        }
        expected.clear();
        client.create("z").released();
        assertEquals(
                0,
                storage.segments().size(),
                () -> what + ": " + storage.files().keySet());
    }
}
