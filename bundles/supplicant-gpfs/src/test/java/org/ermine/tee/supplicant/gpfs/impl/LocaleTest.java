// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ermine.tee.embedded.files.ForeignProcess;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocaleTest {

    @TempDir
    Path temp;

    /** Keeps a file in a folder, under a name that is not in ASCII. */
    static final class NamingAFile {

        private NamingAFile() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            FileHandler handler = TestRoots.handler(
                    TestRoots.root(folder.resolve("data"), false), TestRoots.root(folder.resolve("persist"), true));
            int error = Message.write(9, "Schlüssel", 0, new byte[1], 0)
                    .sentTo(handler)
                    .error();
            System.out.println("error " + error);
        }
    }

    @Test
    @DisplayName(
            "given a locale in ASCII when the handler starts then a warning says what to set, and names in ASCII work")
    void ascii() throws Exception {
        List<String> lines = ForeignProcess.run("C", NamingAFile.class, temp.toString());

        assertEquals("error 84", lines.get(lines.size() - 1));
        assertEquals(
                1,
                lines.stream().filter(line -> line.contains("LC_ALL=C.UTF-8")).count(),
                lines::toString);
    }

    @Test
    @DisplayName(
            "given a locale in UTF-8 when the handler starts then it warns of nothing, and keeps files of any name")
    void utf8() throws Exception {
        List<String> lines = ForeignProcess.run("C.UTF-8", NamingAFile.class, temp.toString());

        assertEquals(List.of("error 0"), lines);
    }
}
