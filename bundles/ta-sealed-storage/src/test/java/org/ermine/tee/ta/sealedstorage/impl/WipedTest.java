// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Neither a message of the TA nor what it keeps holds plaintext when what it was read or written for is done. */
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
        return withSecret(seen);
    }

    private static long withSecret(Set<byte[]> arrays) {
        String secret = new String(SECRET, StandardCharsets.ISO_8859_1);
        return arrays.stream()
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
    void givenAReaderWhenItIsClosedOrReleasedThenNothingThatItKeptHoldsPlaintext(boolean closed) throws Exception {
        client.seal("x", content());
        assertEquals(0, withSecret(), "sealed");
        TrustedObject reader = client.open("x");
        TestClient.read(reader, 0, 1);
        Set<byte[]> kept = arraysOf(reader);
        assertEquals(1, withSecret(kept), "the chunk is kept until then");
        assertEquals(0, withSecret(), "no message has it, which is shared with the normal world");
        if (closed) {
            reader.invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
            assertEquals(0, withSecret(kept));
        }
        reader.released();
        assertEquals(0, withSecret(kept));
    }

    /** All that an object of the TA can reach, by its fields and those of its parts. */
    private static Set<byte[]> arraysOf(Object whole) throws IllegalAccessException {
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Object> parts = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>(List.of(whole));
        while (!next.isEmpty()) {
            Object part = next.pop();
            if (part instanceof byte[] array) {
                arrays.add(array);
            } else if (part instanceof ByteBuffer buffer && buffer.hasArray()) {
                arrays.add(buffer.array());
            } else if (part instanceof Iterable<?> several && parts.add(part)) {
                several.forEach(next::push);
            } else if (part.getClass().getName().startsWith("org.ermine.") && parts.add(part)) {
                for (Field field : part.getClass().getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        field.setAccessible(true);
                        Optional.ofNullable(field.get(part)).ifPresent(next::push);
                    }
                }
            }
        }
        return arrays;
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
