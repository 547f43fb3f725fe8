// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects are read by stream, by channel and at once. */
@Timeout(60)
class ReadStreamsTest {

    private static final int CHUNK = 507_904;
    private static final int SIZE = 3 * CHUNK - 100;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final HangingStorage counting = new HangingStorage(storage);
    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", counting));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.client");

    @AfterEach
    void nothingIsLeftOpen() {
        bundles.close();
        tee.assertNothingOpen();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK, CHUNK + 1, SIZE})
    void givenAnObjectOfAnySizeThenEachWayToReadGivesAllOfIt(int size) throws Exception {
        byte[] content = random(size);
        client.seal("x", content);
        assertArrayEquals(content, client.read("x"));
        try (InputStream all = client.open("x");
                InputStream passedOn = client.open("x");
                InputStream pieces = client.open("x")) {
            assertEquals(size, all.available());
            assertArrayEquals(content, all.readAllBytes());
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            assertEquals(size, passedOn.transferTo(target));
            assertArrayEquals(content, target.toByteArray());
            assertArrayEquals(content, inPieces(pieces, size));
            for (InputStream each : new InputStream[] {all, passedOn, pieces}) {
                assertEquals(-1, each.read());
                assertEquals(0, each.available());
            }
        }
        assertEquals(size, client.get("x").orElseThrow().size());
        assertEquals(client.list(), client.get("x").stream().toList());
    }

    private static byte[] inPieces(InputStream source, int size) throws IOException {
        byte[] content = new byte[size];
        int done = 0;
        if (size > 0) {
            content[done++] = (byte) source.read();
        }
        while (done < size) {
            done += source.read(content, done, Math.min(size - done, 100_003));
        }
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void givenAStreamThatWasClosedThenNothingIsLeftOfItAsOfAFile(int size) throws Exception {
        client.seal("x", random(size));
        InputStream closed = client.open("x");
        closed.close();
        for (Executable use : new Executable[] {
            closed::read,
            closed::available,
            closed::readAllBytes,
            () -> closed.skip(1),
            () -> closed.transferTo(OutputStream.nullOutputStream())
        }) {
            assertFails(Reason.CLOSED, use);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void givenNullToReadIntoThenThatIsNamedHoweverMuchThereIs(int size) throws Exception {
        client.seal("x", random(size));
        try (InputStream in = client.open("x")) {
            assertEquals("data", messageOf(() -> in.read(null, 0, 1)));
            assertEquals("target", messageOf(() -> in.transferTo(null)));
        }
        try (SeekableByteChannel channel = client.openChannel("x")) {
            assertEquals("target", messageOf(() -> channel.read(null)));
        }
    }

    private static String messageOf(Executable use) {
        return assertThrows(NullPointerException.class, use).getMessage();
    }

    @Test
    void givenNothingOfThatNameThenThereIsNothingToRead() throws Exception {
        assertEquals(Optional.empty(), client.get("x"));
        for (Executable use :
                new Executable[] {() -> client.read("x"), () -> client.open("x"), () -> client.openChannel("x")}) {
            assertFails(Reason.NOT_FOUND, use);
        }
        assertFails(Reason.INVALID_NAME, () -> client.get(""));
    }

    @Test
    void givenAChannelWhenItReadsAtRandomThenItGivesWhatStandsThere() throws Exception {
        byte[] content = random(SIZE);
        client.seal("x", content);
        Random random = new Random(7);
        try (SeekableByteChannel channel = client.openChannel("x")) {
            assertEquals(SIZE, channel.size());
            for (int i = 0; i < 300; i++) {
                int position = random.nextInt(SIZE);
                ByteBuffer target = i % 2 == 0 ? ByteBuffer.allocate(1000) : ByteBuffer.allocateDirect(1000);
                int count = channel.position(position).read(target);
                assertEquals(position + count, channel.position());
                byte[] read = new byte[count];
                target.flip().get(read);
                assertArrayEquals(Arrays.copyOfRange(content, position, position + count), read, "at " + position);
            }
            assertEquals(-1, channel.position(SIZE).read(ByteBuffer.allocate(1)));
            assertEquals(-1, channel.position(Long.MAX_VALUE).read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void givenAChannelWhenItReadsNearTheEndThenOnlyThatChunkIsFetched() throws Exception {
        client.seal("x", random(SIZE));
        try (SeekableByteChannel channel = client.openChannel("x")) {
            int before = counting.requests();
            channel.position(SIZE - 5).read(ByteBuffer.allocate(1));
            channel.position(SIZE - 50).read(ByteBuffer.allocate(50));
            assertEquals(1, counting.requests() - before);
        }
    }

    @Test
    void givenAChannelThenItDoesNotWriteAndIsClosedAsAnyOther() throws Exception {
        client.seal("x", random(10));
        SeekableByteChannel channel = client.openChannel("x");
        assertThrows(NonWritableChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertThrows(NonWritableChannelException.class, () -> channel.truncate(1));
        assertThrows(IllegalArgumentException.class, () -> channel.position(-1));
        ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
        assertThrows(IllegalArgumentException.class, () -> channel.read(readOnly));
        assertEquals(0, channel.read(ByteBuffer.allocate(0)));
        assertTrue(channel.isOpen());
        channel.close();
        channel.close();
        assertFalse(channel.isOpen());
        assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
        assertThrows(ClosedChannelException.class, channel::position);
        assertThrows(ClosedChannelException.class, channel::size);
    }

    @Test
    void givenAStreamWhenPartsAreSkippedThenTheRestFollows() throws Exception {
        byte[] content = random(SIZE);
        client.seal("x", content);
        try (InputStream stream = client.open("x")) {
            assertEquals(CHUNK + 5, stream.skip(CHUNK + 5));
            assertEquals(0, stream.skip(-1));
            assertArrayEquals(Arrays.copyOfRange(content, CHUNK + 5, CHUNK + 15), stream.readNBytes(10));
            assertThrows(IllegalArgumentException.class, () -> stream.readNBytes(-1));
            assertEquals(SIZE - CHUNK - 15, stream.skip(Long.MAX_VALUE));
            assertEquals(-1, stream.read());
        }
    }

    @Test
    void givenAnObjectThatIsReplacedWhileItIsReadThenTheOldOneIsReadToItsEnd() throws Exception {
        byte[] content = random(SIZE);
        client.seal("x", content);
        try (InputStream stream = client.open("x")) {
            byte[] begin = stream.readNBytes(10);
            client.seal("x", random(5));
            assertTrue(client.remove("x"));
            assertArrayEquals(Arrays.copyOf(content, 10), begin);
            assertArrayEquals(Arrays.copyOfRange(content, 10, SIZE), stream.readAllBytes());
        }
    }

    @Test
    void givenAChunkThatWasChangedThenWhatIsBeforeItIsReadAndItIsNot() throws Exception {
        byte[] content = random(SIZE);
        client.seal("x", content);
        String segment = storage.files().keySet().stream()
                .filter(name -> name.endsWith(".00000000"))
                .findAny()
                .orElseThrow();
        storage.files().get(segment)[CHUNK + 1000] ^= 1;
        try (InputStream stream = client.open("x")) {
            assertArrayEquals(Arrays.copyOf(content, CHUNK), stream.readNBytes(CHUNK));
            SealedStorageException failure = assertFails(Reason.TAMPERED, stream::read);
            assertTrue(failure.getMessage().contains("chunk 2"), failure.getMessage());
            assertFails(Reason.TAMPERED, stream::readAllBytes);
        }
        assertFails(Reason.TAMPERED, () -> client.read("x"));
    }

    @Test
    void givenAThreadThatIsInterruptedThenItReadsOnAfterwards() throws Exception {
        byte[] content = random(SIZE);
        client.seal("x", content);
        try (InputStream stream = client.open("x")) {
            stream.readNBytes(100);
            Thread.currentThread().interrupt();
            assertFails(Reason.INTERRUPTED, stream::read);
            assertFails(Reason.INTERRUPTED, () -> client.read("x"));
            assertTrue(Thread.interrupted(), "the interrupt is kept");
            assertArrayEquals(Arrays.copyOfRange(content, 100, SIZE), stream.readAllBytes());
        }
    }

    @Test
    void givenAThreadThatIsInterruptedWhileItReadsAllThenItReadsAllOfItAfterwards() throws Exception {
        byte[] content = random(SIZE);
        client.seal("x", content);
        try (InputStream stream = client.open("x")) {
            stream.readNBytes(100);
            counting.hangAfter(1);
            FutureTask<?> reading = new FutureTask<>(() -> assertFails(Reason.INTERRUPTED, stream::readAllBytes), null);
            Thread reader = new Thread(reading);
            reader.start();
            counting.awaitHanging();
            reader.interrupt();
            reading.get();
            counting.goOn();
            assertArrayEquals(Arrays.copyOfRange(content, 100, SIZE), stream.readAllBytes());
        }
    }

    @Test
    void givenContentThatWasSealedAndReadThenNoBufferOfTheClientHoldsItAnyMore() throws Exception {
        byte[] content = random(CHUNK + 100);
        byte[] part = Arrays.copyOfRange(content, 10, 40);
        client.seal("x", content);
        assertEquals(0, tee.passedWith(part), "after sealing");
        byte[] read = client.read("x");
        assertEquals(1, tee.passedWith(part), "the caller's");
        Arrays.fill(read, (byte) 0);
        try (InputStream stream = client.open("x");
                SeekableByteChannel channel = client.openChannel("x")) {
            stream.readNBytes(100);
            channel.read(ByteBuffer.allocate(100));
            assertEquals(2, tee.passedWith(part), "one each");
        }
        assertEquals(0, tee.passedWith(part), "after reading");
    }

    @Test
    void givenWhoKeepsTheBufferThatContentIsPassedOnInThenItIsWipedAfterwards() throws Exception {
        client.seal("x", random(1000));
        byte[][] kept = new byte[1][];
        try (InputStream stream = client.open("x")) {
            stream.transferTo(new ByteArrayOutputStream() {
                @Override
                public void write(byte[] data, int from, int count) {
                    kept[0] = data;
                }
            });
        }
        assertArrayEquals(new byte[kept[0].length], kept[0]);
    }

    private static SealedStorageException assertFails(Reason reason, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
        return failure;
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }
}
