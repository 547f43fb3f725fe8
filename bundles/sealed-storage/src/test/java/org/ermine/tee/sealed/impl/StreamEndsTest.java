// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** How streams end that their bundle does not close, or not when nothing goes on in them. */
@Timeout(60)
class StreamEndsTest {

    private static final int SHARE = 2;
    /** Objects of a connection: the application and its controller. */
    private static final int CONNECTION = 2;

    private static final long FOR_EVER = 3_600_000;
    private static final byte[] SECRET = {1, 2, 3};

    private final HangingStorage storage = new HangingStorage(new MemoryFileStorage());
    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", storage));
    private final TestBundles bundles = TestBundles.on(tee, SHARE, FOR_EVER);
    private final SealedStorageClient one = bundles.client("org.example.one");
    private final SealedStorageClient two = bundles.client("org.example.two");
    private final List<AutoCloseable> streams = new ArrayList<>();

    @BeforeEach
    void seal() throws SealedStorageException {
        one.seal("x", SECRET);
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        for (AutoCloseable each : streams) {
            each.close();
        }
        bundles.close();
        tee.assertNothingOpen();
    }

    private InputStream open(SealedStorageClient client) throws SealedStorageException {
        InputStream stream = client.open("x");
        streams.add(stream);
        return stream;
    }

    private SeekableByteChannel openChannel(SealedStorageClient client) throws SealedStorageException {
        SeekableByteChannel channel = client.openChannel("x");
        streams.add(channel);
        return channel;
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle whose open streams are its share, when it opens or seals more, then it alone is"
                    + " refused"
                    + " until it closes one")
    void streamsCount() throws Exception {
        InputStream first = open(one);
        openChannel(one);
        for (Executable use : List.<Executable>of(
                () -> one.open("x"), () -> one.openChannel("x"), () -> one.read("x"), () -> one.seal("x", SECRET))) {
            assertFails(
                    Reason.BUSY,
                    "'x' has to wait: org.example.one has used up its share of open objects: it has 2 of 2 (option"
                            + " maxOpenPerOwner of org.ermine.tee.sealedstorage)",
                    use);
        }
        assertEquals(3, two.read("x").length);
        assertEquals(3, one.get("x").orElseThrow().size());
        first.close();
        first.close();
        assertEquals(3, one.read("x").length);
        open(one);
        assertFails(Reason.BUSY, "has to wait", () -> one.open("x"));
    }

    @Test
    void givenABundleThatStopsWithOpenStreamsThenNothingOfItIsLeftAndOthersReadOn() throws Exception {
        InputStream stream = open(one);
        SeekableByteChannel channel = openChannel(one);
        InputStream others = open(two);
        stream.read();
        one.deactivate();
        assertEquals(CONNECTION + 1, tee.openObjects(), "only the other's stream is open");
        String text = "the stream of 'x' was closed when its bundle stopped, or gave sealed storage back";
        assertFails(Reason.CLOSED, text, stream::read);
        assertFails(Reason.CLOSED, text, () -> channel.read(ByteBuffer.allocate(1)));
        assertFalse(channel.isOpen());
        assertEquals(1, others.read());
        assertFails(Reason.CLOSED, "has stopped, or given sealed storage back", () -> one.open("x"));
        assertEquals(CONNECTION + 1, tee.openObjects(), "what it is used for by mistake leaves nothing");
    }

    @Test
    void givenADeviceThatGoesThenItsStreamsAreClosedAndNothingHoldsIt() throws Exception {
        InputStream stream = open(one);
        SeekableByteChannel channel = openChannel(two);
        bundles.unsetDevice(tee);
        assertEquals(0, tee.openContexts());
        String text = "the stream of 'x' was closed when the TEE went away";
        assertFails(Reason.NO_TEE, text, stream::read);
        assertFails(Reason.NO_TEE, text, () -> channel.read(ByteBuffer.allocate(1)));
        bundles.setDevice(tee);
        for (int i = 0; i < SHARE; i++) {
            assertEquals(1, open(one).read());
        }
    }

    @Test
    void givenABetterDeviceThenStreamsOfTheOtherAreClosed() throws Exception {
        InputStream stream = open(one);
        bundles.setDevice(new FakeTee(new FakeEnvironment("better", new MemoryFileStorage())));
        assertEquals(0, tee.openContexts());
        assertFails(Reason.NO_TEE, "the TEE went away", stream::read);
    }

    @Test
    void givenAThreadThatReadsWhenAnotherOneReadsOrClosesThenNobodyWaits() throws Exception {
        InputStream stream = open(one);
        storage.hangAfter(0);
        FutureTask<SealedStorageException> reading = new FutureTask<>(() -> {
            SealedStorageException failure = assertThrows(SealedStorageException.class, stream::read);
            Thread.interrupted();
            return failure;
        });
        Thread reader = new Thread(reading);
        reader.start();
        storage.awaitHanging();
        assertFails(Reason.BUSY, "another thread is using the stream of 'x'", stream::read);
        stream.close();
        assertFails(Reason.CLOSED, "the stream of 'x' is closed", stream::read);
        assertEquals(CONNECTION + 1, tee.openObjects(), "it is in use");
        reader.interrupt();
        assertEquals(Reason.INTERRUPTED, reading.get().reason());
        assertEquals(CONNECTION, tee.openObjects());
        storage.goOn();
    }

    @Test
    void givenStreamsThatNobodyRefersToThenTheirPlacesAreGivenBackWhenTheyAreNeeded() throws Exception {
        for (int i = 0; i < SHARE; i++) {
            one.open("x").read();
        }
        Reason reason = Reason.BUSY;
        while (reason == Reason.BUSY) {
            System.gc();
            reason = outcomeOfReading();
        }
        assertEquals(null, reason);
    }

    private Reason outcomeOfReading() {
        try {
            one.read("x");
            return null;
        } catch (SealedStorageException e) {
            return e.reason();
        }
    }

    private static void assertFails(Reason reason, String part, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
        assertEquals(true, failure.getMessage().contains(part), failure.getMessage());
    }
}
