// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class SampleTest {

    @TempDir
    Path folder;

    @Test
    void aGeneratedFileHasTheSizeThatWasAskedFor() throws Exception {
        assertEquals(100_003, Files.size(Sample.generate(folder.resolve("file"), 100_003)));
    }

    @Test
    void fragmentsComeFromStartMiddleAndEnd() throws Exception {
        Path file = Sample.generate(folder.resolve("file"), 1000);
        byte[] content = Files.readAllBytes(file);

        List<byte[]> fragments = Sample.of("sample", file).fragments();

        assertEquals(3, fragments.size());
        assertArrayEquals(Arrays.copyOfRange(content, 0, 32), fragments.get(0));
        assertArrayEquals(Arrays.copyOfRange(content, 484, 516), fragments.get(1));
        assertArrayEquals(Arrays.copyOfRange(content, 968, 1000), fragments.get(2));
    }

    @Test
    void aFileShorterThanAFragmentHasNone() throws Exception {
        assertEquals(
                List.of(),
                Sample.of("sample", Files.createFile(folder.resolve("empty"))).fragments());
    }

    @Test
    void theChecksumIsSha256() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "abc");

        // SHA-256 of "abc", as FIPS 180 has it.
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Sample.sha256(file));
    }
}
