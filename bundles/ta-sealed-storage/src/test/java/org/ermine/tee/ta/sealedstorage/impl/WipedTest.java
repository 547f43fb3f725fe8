// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No message of the TA holds plaintext when what it was read or written for is done. */
class WipedTest {

    private static final byte[] SECRET = Contents.random(1, 16);

    /** The messages that the storage has seen. */
    private final Set<byte[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final TestClient client = TestClient.start(new FakeEnvironment("device", message -> {
        seen.add(message.array());
        storage.handle(message);
    }));

    private long withSecret() {
        String secret = new String(SECRET, StandardCharsets.ISO_8859_1);
        return seen.stream()
                .filter(each -> new String(each, StandardCharsets.ISO_8859_1).contains(secret))
                .count();
    }

    /** A chunk that has the secret twice, and a byte more. */
    private static byte[] content() {
        byte[] content = new byte[TestClient.CHUNK_SIZE + 1];
        System.arraycopy(SECRET, 0, content, 0, SECRET.length);
        System.arraycopy(SECRET, 0, content, SECRET.length, SECRET.length);
        return content;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givenAReaderWhenItIsClosedOrReleasedThenItsMessageHoldsNothing(boolean closed) throws TeeException {
        client.seal("x", content());
        assertEquals(0, withSecret(), "sealed");
        TrustedObject reader = client.open("x");
        TestClient.read(reader, 0, 1);
        assertEquals(1, withSecret(), "the chunk is kept until then");
        if (closed) {
            reader.invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
            assertEquals(0, withSecret());
        }
        reader.released();
        assertEquals(0, withSecret());
    }

    @Test
    void givenAWriterWhoseMessagesAreUsedAgainWhenItIsAbortedThenTheyHoldNothing() throws TeeException {
        TrustedObject writer = client.create("x");
        for (int i = 0; i < 6; i++) {
            TestClient.write(writer, content());
            TestClient.store(writer);
        }
        TestClient.write(writer, SECRET);
        assertEquals(1, withSecret(), "not sealed yet");
        TestClient.abort(writer);
        writer.released();
        assertEquals(0, withSecret());
    }
}
