// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Archives that earlier versions wrote are read for ever. Whoever changes the format adds one, and leaves these as they
 * are.
 */
@Timeout(60)
class GoldenArchiveTest {

    private static final String PASSPHRASE = "a golden passphrase é";

    private static byte[] golden(String name) throws IOException {
        try (InputStream archive = GoldenArchiveTest.class.getResourceAsStream("golden/" + name)) {
            return archive.readAllBytes();
        }
    }

    @Test
    @DisplayName("given an archive of format 1 that an earlier version wrote then it is read, and Java alone reads it")
    void givenAnArchiveOfFormat1ThenItIsRead() throws IOException {
        byte[] archive = golden("format-1.backup");
        byte[] large = new byte[70_000];
        new Random(1).nextBytes(large);
        try (ArchiveReader reader = ArchiveReader.begin(new ByteArrayInputStream(archive), PASSPHRASE.toCharArray())) {
            ArchivedObject first = reader.next();
            assertEquals("bundle/org.example/empty 0", first.drawer() + "/" + first.name() + " " + first.size());
            assertEquals(Instant.ofEpochMilli(1_700_000_000_000L), first.created());
            ArchivedObject second = reader.next();
            assertEquals("common/large é ☃ 70000", second.drawer() + "/" + second.name() + " " + second.size());
            assertArrayEquals("said".getBytes(StandardCharsets.UTF_8), second.description());
            assertArrayEquals(new byte[32], second.association());
            byte[] content = new byte[large.length];
            assertEquals(content.length, reader.content(content, 0, content.length));
            assertArrayEquals(large, content);
            assertNull(reader.next());
        }
        assertArrayEquals(large, PlainArchive.read(archive, PASSPHRASE).get("common/large é ☃"));
    }
}
