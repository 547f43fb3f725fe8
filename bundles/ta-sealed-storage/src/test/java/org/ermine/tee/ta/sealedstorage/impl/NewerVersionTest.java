// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a newer version wrote is told from what was changed, and left alone. */
@Timeout(60)
class NewerVersionTest {

    private static final int FORMAT = 3;
    private static final int DIGEST = 72;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);

    @BeforeEach
    void seal() throws TeeException {
        TestClient.start(environment).seal("x", new byte[9]);
    }

    /** Puts a byte into the headers of all first blocks, with the digest that belongs to it. */
    private void change(int offset, int value, boolean isIndex) {
        storage.files().forEach((name, content) -> {
            if (name.contains("index") == isIndex) {
                int step = isIndex ? IndexFiles.UNIT : content.length;
                for (int at = 0; at < content.length; at += step) {
                    content[at + offset] = (byte) value;
                    System.arraycopy(sha256(content, at), 0, content, at + DIGEST, 8);
                }
            }
        });
    }

    private static byte[] sha256(byte[] content, int at) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content, at, DIGEST);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "byte {0} is {1}: error {2}")
    @CsvSource({
        "3, 53, 30", // format '5'
        "3, 57, 30", // format '9'
        "6, 2, 30", // another algorithm
        "7, 2, 30", // another key
        "3, 48, 12", // there never was a format '0'
        "0, 70, 12", // no block at all
        "4, 9, 12", // no kind that there is
        "3, 49, 12" // of format '1', which has neither algorithm nor key
    })
    void givenAHeaderOfAnotherFormatThenTheIndexAndTheObjectAreRefusedForThat(int offset, int value, int expected)
            throws TeeException {
        Map<String, byte[]> original = storage.snapshot();
        TestClient client = TestClient.start(environment);
        assertEquals(1, client.list().size());
        change(offset, value, false);
        assertEquals(expected, Failures.codeOf(() -> client.unseal("x")));
        storage.restore(original);
        change(offset, value, true);
        Map<String, byte[]> changed = storage.snapshot();
        TestClient restarted = TestClient.start(environment);
        assertEquals(expected, Failures.codeOf(restarted::list));
        assertEquals(expected, Failures.codeOf(() -> restarted.seal("y", new byte[1])));
        assertEquals(changed.keySet(), storage.files().keySet());
    }

    @Test
    void givenAFormatThatIsNotKnownThenTheMessageSaysWhichAndWhichAre() {
        change(FORMAT, '5', true);
        String message = assertThrows(
                        TeeException.class, () -> TestClient.start(environment).list())
                .getMessage();
        for (String part : List.of("a newer version wrote it", "format 5", "knows format 4", "index-000000")) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(30, SealedStorageProtocol.ERROR_NEWER_VERSION);
    }
}
