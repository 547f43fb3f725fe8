// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonsTest {

    @ParameterizedTest
    @EnumSource
    @DisplayName("given the page for users, when a reason is looked up, then it is in the table of what can go wrong")
    void thePageTellsWhatToDoAboutEachReason(SealedStorageException.Reason reason) throws IOException {
        String page = Files.readString(Path.of("README.md"));
        assertTrue(page.lines().anyMatch(line -> line.startsWith("| `") && line.contains("`" + reason + "`")));
    }

    /** The texts that the page for operators quotes of messages and of the log, where it tells what they mean. */
    static Stream<String> quoted() throws IOException {
        return Files.readString(Path.of("../../features/README.md"))
                .lines()
                .filter(line -> line.matches("\\| (sealing|the log says that a bundle) .*"))
                .map(line -> line.replaceFirst("[^\"]*\"([^\"]*)\".*", "$1"));
    }

    @ParameterizedTest
    @MethodSource("quoted")
    @DisplayName(
            "given the page for operators, when it quotes a message of sealed storage, then there is such a message")
    void theMessagesThatThePageQuotesAreSaid(String text) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            assertTrue(
                    files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
                            .anyMatch(file -> textOf(file).contains(text)),
                    text);
        }
    }

    /** The source, with texts that go on in another line put together. */
    private static String textOf(Path source) {
        try {
            return Files.readString(source).replaceAll("\"\\s*\\+\\s*\"", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
