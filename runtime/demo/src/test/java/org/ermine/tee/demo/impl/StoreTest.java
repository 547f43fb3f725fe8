// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class StoreTest {

    @TempDir
    Path folder;

    @Test
    void givenAFolderThatDoesNotExistThenTheStoreIsEmpty() throws Exception {
        assertEquals(List.of(), new Store(folder.resolve("none")).files());
    }

    @Test
    void givenFilesOfTheHandlersOwnThenTheyAreNotListedButSearched() throws Exception {
        Path stored = Files.writeString(folder.resolve("stored"), "ciphertext");
        Files.createDirectory(folder.resolve(".own"));
        Files.writeString(folder.resolve(".own").resolve("journal"), "some plaintext");
        Store store = new Store(folder);

        assertEquals(List.of(stored), store.files());
        assertTrue(store.contains(List.of(bytes("plaintext"))));
        assertFalse(store.contains(List.of(bytes("absent"))));
    }

    @Test
    void aFragmentIsFoundAtTheStartInTheMiddleAndAtTheEndOfAFile() {
        assertEquals(0, Store.indexOf(bytes("needle in hay"), 13, bytes("needle")));
        assertEquals(4, Store.indexOf(bytes("hay needle hay"), 14, bytes("needle")));
        assertEquals(7, Store.indexOf(bytes("hay in needle"), 13, bytes("needle")));
        assertEquals(-1, Store.indexOf(bytes("hay in needle"), 12, bytes("needle")));
        assertEquals(-1, Store.indexOf(bytes("needl"), 5, bytes("needle")));
    }

    @Test
    void aFragmentIsFoundWhereverInALargeFileItStands() throws Exception {
        byte[] content = new byte[2 * Store.WINDOW + 100];
        for (int offset : new int[] {0, Store.WINDOW - 3, Store.WINDOW, 2 * Store.WINDOW + 2, content.length - 6}) {
            System.arraycopy(bytes("needle"), 0, content, offset, 6);
            Files.write(folder.resolve("large"), content);
            assertTrue(new Store(folder).contains(List.of(bytes("none"), bytes("needle"))), "at " + offset);
            assertFalse(new Store(folder).contains(List.of(bytes("noodle"))), "at " + offset);
            Arrays.fill(content, (byte) 0);
        }
    }

    @Test
    void theLargestFileIsFound() throws Exception {
        Path small = Files.write(folder.resolve("a"), new byte[1]);
        Path large = Files.write(folder.resolve("b"), new byte[3]);
        assertEquals(large, Store.largest(List.of(small, large, small)));
    }

    @Test
    void aByteThatIsFlippedTwiceIsAsItWas() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3, 4});

        Store.flip(file);
        assertArrayEquals(new byte[] {1, 2, 2, 4}, Files.readAllBytes(file));

        Store.flip(file);
        assertArrayEquals(new byte[] {1, 2, 3, 4}, Files.readAllBytes(file));
    }

    @Test
    void aFileIsDescribedByNameSizeAndFirstBytes() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[] {0x45, 0x53, (byte) 0xff});

        assertEquals("file         3 bytes  45 53 ff", new Store(folder).describe(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
