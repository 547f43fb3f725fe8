// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of the streams and channels of sealed storage, used wrongly: what was wrong is said. */
@Timeout(60)
class WrongStreamUsesTest {

    private static final byte[] SECRET = {1, 2, 3};
    private static final int CHUNK = 507_904;

    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", new MemoryFileStorage()));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.client");

    @BeforeEach
    void seal() throws SealedStorageException {
        client.seal("kept", SECRET);
    }

    @AfterEach
    void nothingIsChangedOrLeftOpen() throws SealedStorageException {
        assertArrayEquals(SECRET, client.read("kept"));
        assertEquals(1, client.list().size());
        bundles.close();
        assertEquals(0, tee.openContexts() + tee.openObjects(), "left open");
    }

    /** The use of one method of a stream. */
    private record Use<T>(String name, Call<T> call) {

        private interface Call<T> {
            void of(T stream) throws Exception;
        }

        Executable on(T stream) {
            return () -> call.of(stream);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Use<InputStream>> ofInput() {
        return Stream.of(
                new Use<>("read()", InputStream::read),
                new Use<>("read(byte[])", in -> in.read(new byte[1])),
                new Use<>("read(byte[]), of none", in -> in.read(new byte[0])),
                new Use<>("read(byte[], int, int)", in -> in.read(new byte[2], 1, 1)),
                new Use<>("readAllBytes()", InputStream::readAllBytes),
                new Use<>("readNBytes(int)", in -> in.readNBytes(2)),
                new Use<>("readNBytes(byte[], int, int)", in -> in.readNBytes(new byte[2], 0, 2)),
                new Use<>("skip(long)", in -> in.skip(1)),
                new Use<>("skipNBytes(long)", in -> in.skipNBytes(1)),
                new Use<>("available()", InputStream::available),
                new Use<>("transferTo(OutputStream)", in -> in.transferTo(OutputStream.nullOutputStream())));
    }

    static Stream<Use<SeekableByteChannel>> ofChannel() {
        return Stream.of(
                new Use<>("read(ByteBuffer)", channel -> channel.read(ByteBuffer.allocate(1))),
                new Use<>("position()", SeekableByteChannel::position),
                new Use<>("position(long)", channel -> channel.position(1)),
                new Use<>("size()", SeekableByteChannel::size));
    }

    static Stream<Use<SealedOutputStream>> ofOutput() {
        return Stream.of(
                new Use<>("write(int)", out -> out.write(1)),
                new Use<>("write(byte[])", out -> out.write(new byte[1])),
                new Use<>("write(byte[], int, int)", out -> out.write(new byte[2], 1, 1)),
                new Use<>("describe(Map)", out -> out.describe(Map.of("key", "value"))),
                new Use<>("commit()", SealedOutputStream::commit));
    }

    private static void assertFails(Reason reason, String message, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
        assertEquals(message, failure.getMessage());
    }

    // ---- Streams that have ended.

    @ParameterizedTest
    @MethodSource("ofInput")
    void givenAStreamThatWasClosedTwiceThenItIsSaidToBeClosed(Use<InputStream> use) throws Exception {
        InputStream in = client.open("kept");
        in.close();
        in.close();
        assertFails(Reason.CLOSED, "the stream of 'kept' is closed", use.on(in));
    }

    @ParameterizedTest
    @MethodSource("ofInput")
    void givenAStreamWhoseBundleStoppedThenThatIsSaid(Use<InputStream> use) throws Exception {
        SealedStorageClient other = bundles.client("org.example.client");
        InputStream in = other.open("kept");
        other.deactivate();
        assertFails(
                Reason.CLOSED,
                "the stream of 'kept' was closed when its bundle stopped, or gave sealed storage back",
                use.on(in));
        in.close();
    }

    @ParameterizedTest
    @MethodSource("ofInput")
    void givenAStreamWhoseDeviceWentThenThatIsSaid(Use<InputStream> use) throws Exception {
        InputStream in = client.open("kept");
        bundles.unsetDevice(tee);
        bundles.setDevice(tee);
        assertFails(Reason.NO_TEE, "the stream of 'kept' was closed when the TEE went away", use.on(in));
        in.close();
    }

    @ParameterizedTest
    @MethodSource("ofChannel")
    void givenAChannelThatWasClosedTwiceThenItIsClosedAsAnyOther(Use<SeekableByteChannel> use) throws Exception {
        SeekableByteChannel channel = client.openChannel("kept");
        channel.close();
        channel.close();
        assertFalse(channel.isOpen());
        assertThrows(ClosedChannelException.class, use.on(channel));
    }

    @ParameterizedTest
    @MethodSource("ofOutput")
    void givenAStreamToWriteThatWasClosedTwiceThenItIsSaidToBeClosed(Use<SealedOutputStream> use) throws Exception {
        SealedOutputStream out = client.create("kept");
        out.write(9);
        out.close();
        out.close();
        assertFails(Reason.CLOSED, "the stream of 'kept' is closed", use.on(out));
    }

    @ParameterizedTest
    @MethodSource("ofOutput")
    void givenAStreamThatWasCommittedThenThatIsSaid(Use<SealedOutputStream> use) throws Exception {
        SealedOutputStream out = client.create("kept");
        out.write(SECRET);
        out.commit();
        assertFails(Reason.CLOSED, "the stream of 'kept' is closed: it was committed", use.on(out));
        out.close();
    }

    @ParameterizedTest
    @MethodSource("ofOutput")
    void givenAStreamThatFailedThenThatIsSaid(Use<SealedOutputStream> use) throws Exception {
        try (SealedOutputStream out = client.create("kept")) {
            tee.goAfter(0);
            assertFails(Reason.NO_TEE, "the TEE went away", () -> out.write(new byte[CHUNK]));
            tee.comeBack();
            assertFails(Reason.CLOSED, "the stream of 'kept' was closed when an operation on it failed", use.on(out));
        }
    }

    @ParameterizedTest
    @MethodSource("ofOutput")
    void givenAStreamToWriteWhoseBundleStoppedThenThatIsSaid(Use<SealedOutputStream> use) throws Exception {
        SealedStorageClient other = bundles.client("org.example.client");
        SealedOutputStream out = other.create("kept");
        out.write(9);
        other.deactivate();
        assertFails(
                Reason.CLOSED,
                "the stream of 'kept' was closed when its bundle stopped, or gave sealed storage back",
                use.on(out));
        out.close();
    }

    // ---- Streams that another thread is in.

    /** Uses a stream while it is in use: what it is written to, or described by, is asked for meanwhile. */
    private static final class Within extends HashMap<String, String> {

        private static final long serialVersionUID = 1;

        private final transient Executable use;

        Within(Executable use) {
            this.use = use;
        }

        @Override
        public boolean isEmpty() {
            assertFails(Reason.BUSY, "another thread is using the stream of 'kept'", use);
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("ofOutput")
    void givenAStreamThatIsInUseThenASecondUseIsRefused(Use<SealedOutputStream> use) throws Exception {
        try (SealedOutputStream out = client.create("kept")) {
            out.describe(new Within(use.on(out)));
        }
    }

    @Test
    void givenAThreadThatWasInterruptedThenNothingIsReadOrWrittenAndTheStatusStays() throws Exception {
        try (InputStream in = client.open("kept");
                SeekableByteChannel channel = client.openChannel("kept");
                SealedOutputStream out = client.create("kept")) {
            out.write(9);
            Thread.currentThread().interrupt();
            String message = "interrupted; nothing was changed";
            assertFails(Reason.INTERRUPTED, message, in::read);
            assertFails(Reason.INTERRUPTED, message, () -> channel.read(ByteBuffer.allocate(1)));
            assertFails(Reason.INTERRUPTED, message, out::commit);
            assertTrue(Thread.interrupted());
            assertArrayEquals(SECRET, in.readAllBytes(), "it can be read on");
            assertEquals(1, channel.read(ByteBuffer.allocate(1)));
        }
    }

    // ---- Wrong arguments.

    static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of(-1, 1),
                Arguments.of(0, -1),
                Arguments.of(2, 2),
                Arguments.of(4, 0),
                Arguments.of(1, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("places")
    void givenAPlaceThatIsNotInTheArrayThenItIsNamed(int from, int count) throws Exception {
        byte[] data = new byte[3];
        try (InputStream in = client.open("kept");
                SealedOutputStream out = client.create("kept")) {
            for (Executable use : List.<Executable>of(
                    () -> in.read(data, from, count),
                    () -> in.readNBytes(data, from, count),
                    () -> out.write(data, from, count))) {
                IndexOutOfBoundsException refused = assertThrows(IndexOutOfBoundsException.class, use);
                assertTrue(refused.getMessage().contains(String.valueOf(from)), refused.getMessage());
            }
            assertArrayEquals(SECRET, in.readAllBytes(), "nothing was read");
        }
    }

    private record Null(String parameter, Executable use) {}

    @Test
    void givenNullThenTheParameterIsNamed() throws Exception {
        Map<String, String> nullKey = new HashMap<>();
        nullKey.put(null, "value");
        Map<String, String> nullValue = new HashMap<>();
        nullValue.put("key", null);
        try (InputStream in = client.open("kept");
                SeekableByteChannel channel = client.openChannel("kept");
                SealedOutputStream out = client.create("kept")) {
            for (Null each : List.of(
                    new Null("data", () -> in.read(null)),
                    new Null("data", () -> in.read(null, 0, 0)),
                    new Null("data", () -> in.readNBytes(null, 0, 0)),
                    new Null("target", () -> in.transferTo(null)),
                    new Null("target", () -> channel.read(null)),
                    new Null("data", () -> out.write(null)),
                    new Null("data", () -> out.write(null, 0, 0)),
                    new Null("metadata", () -> out.describe(null)),
                    new Null("a key of metadata", () -> out.describe(nullKey)),
                    new Null("the value of metadata 'key'", () -> out.describe(nullValue)))) {
                assertEquals(
                        Optional.of(each.parameter()),
                        Optional.ofNullable(assertThrows(NullPointerException.class, each.use())
                                .getMessage()));
            }
        }
    }

    @Test
    void givenNumbersThatMakeNoSenseThenTheyAreNamed() throws Exception {
        try (InputStream in = client.open("kept");
                SeekableByteChannel channel = client.openChannel("kept")) {
            assertEquals(
                    "cannot read -1 bytes",
                    assertThrows(IllegalArgumentException.class, () -> in.readNBytes(-1))
                            .getMessage());
            assertEquals(
                    "there is no position -1",
                    assertThrows(IllegalArgumentException.class, () -> channel.position(-1))
                            .getMessage());
            assertEquals(
                    "the buffer to read into is read-only",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                            .getMessage());
            assertEquals(0, in.skip(-1));
            assertEquals(-1, channel.position(Long.MAX_VALUE).read(ByteBuffer.allocate(1)));
            assertThrows(NonWritableChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
            assertThrows(NonWritableChannelException.class, () -> channel.truncate(0));
        }
    }

    static Stream<Arguments> metadata() {
        return Stream.of(
                Arguments.of(Map.of("key", "x".repeat(1017)), "metadata takes 1025 bytes, 1024 are allowed"),
                Arguments.of(Map.of("key", "x".repeat(100_000)), "metadata takes 100008 bytes, 1024 are allowed"),
                Arguments.of(Map.of("a\nb", "\ud800"), "metadata 'a\\u000ab' is no Unicode text"),
                Arguments.of(Map.of("\ud800", "x"), "metadata '\\ud800' is no Unicode text"));
    }

    @ParameterizedTest
    @MethodSource("metadata")
    void givenMetadataThatCannotBeKeptThenItIsRefusedAndTheStreamGoesOn(Map<String, String> wrong, String message)
            throws Exception {
        try (SealedOutputStream out = client.create("kept")) {
            assertEquals(
                    message,
                    assertThrows(IllegalArgumentException.class, () -> out.describe(wrong))
                            .getMessage());
            out.write(SECRET);
            out.commit();
        }
    }
}
