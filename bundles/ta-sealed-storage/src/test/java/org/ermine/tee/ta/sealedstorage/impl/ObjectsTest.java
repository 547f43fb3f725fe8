// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects are created, read, listed, replaced and removed. */
@Timeout(60)
class ObjectsTest {

    private static final int CHUNK = TestClient.CHUNK_SIZE;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final TestClient client = TestClient.start(environment);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 10 * CHUNK + 7})
    void whatWasSealedComesBackAfterARestart(int size) throws TeeException {
        byte[] content = Contents.random(size, size);
        client.seal("x", content);
        assertArrayEquals(content, TestClient.start(environment).unseal("x"));
        assertEquals(Map.of("x", (long) size), client.list());
        assertTrue(storage.appendsOnly());
    }

    @Test
    void writesOfAnySizeMakeOneObject() throws TeeException {
        byte[] content = Contents.random(1, 500);
        TrustedObject writer = client.create("x");
        for (int start = 0, size = 0; start < content.length; start += size, size = (size + 7) % 90) {
            TestClient.write(writer, Arrays.copyOfRange(content, start, Math.min(content.length, start + size)));
        }
        TestClient.commit(writer);
        writer.released();
        assertArrayEquals(content, client.unseal("x"));
    }

    @Test
    void readsAtAnyOffsetReturnWhatStandsThere() throws TeeException {
        byte[] content = Contents.random(1, 3 * CHUNK + 5);
        client.seal("x", content);
        TrustedObject reader = client.open("x");
        for (int offset = 0; offset <= content.length; offset++) {
            byte[] data = TestClient.read(reader, offset, 7);
            assertTrue(offset == content.length ? data.length == 0 : data.length > 0, "at " + offset);
            assertArrayEquals(Arrays.copyOfRange(content, offset, offset + data.length), data, "at " + offset);
        }
        assertEquals(TeeResult.INVALID.code(), Failures.codeOf(() -> TestClient.read(reader, content.length + 1, 7)));
        assertEquals(TeeResult.INVALID.code(), Failures.codeOf(() -> TestClient.read(reader, -1, 7)));
        assertEquals(TeeResult.SIZE_OUT.code(), Failures.codeOf(() -> TestClient.read(reader, 0, 0)));
        reader.released();
    }

    @Test
    void anObjectThatIsReplacedStaysReadableForThoseWhoOpenedIt() throws TeeException {
        byte[] first = Contents.random(1, 100);
        byte[] second = Contents.random(2, 200);
        client.seal("x", first);
        TrustedObject reader = client.open("x");
        client.seal("x", second);
        assertArrayEquals(first, TestClient.readAll(reader));
        assertArrayEquals(second, client.unseal("x"));
        client.remove("x");
        assertArrayEquals(first, TestClient.readAll(reader));
        reader.released();
        client.seal("y", new byte[0]);
        assertEquals(
                1,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void anObjectThatIsNotCommittedDoesNotExistAndLeavesNoFiles() throws TeeException {
        client.seal("other", new byte[1]);
        TrustedObject aborted = client.create("x");
        TestClient.write(aborted, new byte[5 * CHUNK]);
        TrustedObject released = client.create("x");
        TestClient.write(released, new byte[5 * CHUNK]);
        assertEquals(Map.of("other", 1L), client.list());
        aborted.invoke(SealedStorageProtocol.WRITER_ABORT, new DirectArguments());
        aborted.released();
        released.released();
        client.remove("other");
        assertEquals(
                0,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void aWriterThatCommittedOrWasAbortedRefusesEverythingElse() throws TeeException {
        TrustedObject writer = client.create("x");
        TestClient.commit(writer);
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.commit(writer)));
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.write(writer, new byte[1])));
        writer.invoke(SealedStorageProtocol.WRITER_ABORT, new DirectArguments());
        assertArrayEquals(new byte[0], client.unseal("x"), "aborting after the commit undoes nothing");
    }

    @Test
    void objectsAreListedByNameInPages() throws TeeException {
        for (int i = 0; i < 50; i++) {
            client.seal("object " + i, new byte[i]);
        }
        assertEquals(50, client.list(100).size());
        assertEquals(client.list(4096), client.list(100));
        assertEquals(49L, client.list(100).get("object 49"));
        assertEquals(TeeResult.SIZE_OUT.code(), Failures.codeOf(() -> client.list(10)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "with space", "/etc/passwd", "../..", "żółw 🐢", "C:\\x", ".", "%s"})
    void aNameMayBeAnyText(String name) throws TeeException {
        client.seal(name, TestClient.utf8(name));
        assertEquals(Map.of(name, (long) TestClient.utf8(name).length), client.list());
        assertArrayEquals(TestClient.utf8(name), client.unseal(name));
        client.remove(name);
        assertEquals(SealedStorageProtocol.ERROR_NOT_FOUND, Failures.codeOf(() -> client.unseal(name)));
        assertEquals(SealedStorageProtocol.ERROR_NOT_FOUND, Failures.codeOf(() -> client.remove(name)));
    }

    @Test
    void aNameHas255BytesAtMost() throws TeeException {
        String longest = "ü".repeat(127) + "x";
        client.seal(longest, new byte[3]);
        assertEquals(Map.of(longest, 3L), client.list());
        assertInvalidName(TestClient.utf8(longest + "x"));
    }

    @Test
    void aNameThatIsEmptyNotUtf8OrHasControlCharactersIsRefused() {
        assertInvalidName(new byte[0]);
        assertInvalidName(new byte[] {(byte) 0xff});
        assertInvalidName(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
        assertInvalidName(TestClient.utf8("a\nb"));
        assertInvalidName(TestClient.utf8("a\0b"));
        assertInvalidName(TestClient.utf8("a\u0085b"));
        assertTrue(storage.files().isEmpty());
    }

    private void assertInvalidName(byte[] name) {
        assertEquals(
                SealedStorageProtocol.ERROR_INVALID_NAME,
                Failures.codeOf(() -> client.application()
                        .invoke(
                                SealedStorageProtocol.OP_CREATE,
                                new DirectArguments().in(name).out(4).outObject())));
    }

    @Test
    void wrongOperationsAndArgumentsAreRefused() throws TeeException {
        TrustedObject writer = client.create("x");
        TrustedObject application = client.application();
        assertInvalid(application, 4, new DirectArguments());
        assertInvalid(application, SealedStorageProtocol.OP_CREATE, new DirectArguments());
        assertInvalid(application, SealedStorageProtocol.OP_REMOVE, new DirectArguments().out(4));
        assertInvalid(writer, 4, new DirectArguments());
        assertInvalid(writer, SealedStorageProtocol.WRITER_STORE, new DirectArguments().out(4));
        assertInvalid(writer, SealedStorageProtocol.WRITER_WRITE, new DirectArguments().out(4));
        TestClient.commit(writer);
        TrustedObject reader = client.open("x");
        assertInvalid(reader, 2, new DirectArguments());
        assertInvalid(reader, SealedStorageProtocol.READER_CLOSE, new DirectArguments().out(4));
        assertInvalid(reader, SealedStorageProtocol.READER_READ, new DirectArguments().out(4));
        assertEquals(
                TeeResult.SIZE_IN.code(),
                Failures.codeOf(() -> reader.invoke(
                        SealedStorageProtocol.READER_READ,
                        new DirectArguments().in(new byte[7]).out(4))));
        assertEquals(
                TeeResult.SIZE_OUT.code(),
                Failures.codeOf(() -> application.invoke(
                        SealedStorageProtocol.OP_OPEN,
                        new DirectArguments().in(new byte[] {'x'}).out(19).outObject())));
    }

    private static void assertInvalid(TrustedObject object, int op, DirectArguments arguments) {
        assertEquals(TeeResult.INVALID.code(), Failures.codeOf(() -> object.invoke(op, arguments)));
    }

    @Test
    void aReaderThatIsClosedMakesRoomAtOnceAndReadsNothingAnyMore() throws TeeException {
        client.seal("x", new byte[1]);
        List<TrustedObject> closed = new ArrayList<>();
        for (int i = 0; i < 2 * Generations.MAX_OPEN; i++) {
            TrustedObject reader = client.open("x");
            reader.invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
            closed.add(reader);
        }
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.read(closed.get(0), 0, 1)));
        closed.get(0).invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
        TrustedObject open = client.open("x");
        closed.forEach(TrustedObject::released);
        client.remove("x");
        assertArrayEquals(new byte[1], TestClient.readAll(open), "a late release of another reader changes nothing");
    }

    @Test
    @DisplayName(
            "ERM-23: given clients that open until they are refused, when the next one comes, then it gets half of what"
                    + " is left, and each may open again as many as it gives back")
    void noClientTakesAll() throws TeeException {
        TestClient shared = client.in("common");
        shared.seal("x", new byte[1]);
        List<List<TrustedObject>> open = new ArrayList<>();
        for (String name : List.of("first", "second", "third", "fourth")) {
            environment.client(new TrustedClient(7, name));
            open.add(openUntilRefused(shared));
        }
        assertEquals(List.of(16, 8, 4, 2), open.stream().map(List::size).toList());

        environment.client(new TrustedClient(8, "first"));
        assertEquals(1, openUntilRefused(shared).size(), "it is another client, as its uid is another one");
        open.get(1).remove(0).released();
        environment.client(new TrustedClient(7, "first"));
        assertEquals(0, openUntilRefused(shared).size(), "it has more than all others could get");
        environment.client(new TrustedClient(7, "fifth"));
        assertEquals(1, openUntilRefused(shared).size());
    }

    private static List<TrustedObject> openUntilRefused(TestClient shared) throws TeeException {
        List<TrustedObject> open = new ArrayList<>();
        try {
            while (true) {
                open.add(open.size() % 2 == 0 ? shared.create("new") : shared.open("x"));
            }
        } catch (TeeException e) {
            assertEquals(SealedStorageProtocol.ERROR_TOO_MANY_OPEN, e.result().code());
        }
        return open;
    }

    @Test
    void readersAndWritersAreLimitedAndAReleasedOneMakesRoom() throws TeeException {
        client.seal("x", new byte[1]);
        List<TrustedObject> open = new ArrayList<>();
        for (int i = 0; i < Generations.MAX_OPEN; i++) {
            environment.client(new TrustedClient(i, FakeEnvironment.CLIENT.packageName()));
            open.add(i % 2 == 0 ? client.create("y" + i) : client.open("x"));
        }
        assertEquals(SealedStorageProtocol.ERROR_TOO_MANY_OPEN, Failures.codeOf(() -> client.create("z")));
        assertEquals(SealedStorageProtocol.ERROR_TOO_MANY_OPEN, Failures.codeOf(() -> client.open("x")));
        open.forEach(TrustedObject::released);
        client.open("x").released();
        client.create("z").released();
    }

    @Test
    void severalClientsSealReplaceAndReadAtTheSameTime() throws Exception {
        int clients = 4;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int id = i;
                running.add(threads.submit(() -> sealAndRead(id)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(clients + 1, client.list().size());
        client.remove("shared");
        assertEquals(
                clients * 2,
                storage.segments().size(),
                () -> "files: " + storage.files().keySet());
    }

    private Void sealAndRead(int id) throws TeeException {
        for (int round = 0; round < 50; round++) {
            byte[] content = Contents.random(id * 1000L + round, 4 * CHUNK);
            client.seal("own " + id, content);
            assertArrayEquals(content, client.unseal("own " + id));
            byte[] same = new byte[3 * CHUNK];
            Arrays.fill(same, (byte) id);
            client.seal("shared", same);
            byte[] shared = client.unseal("shared");
            for (byte value : shared) {
                assertEquals(shared[0], value, "a mixture of two clients' content");
            }
        }
        return null;
    }
}
