// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonsTest {

    @ParameterizedTest
    @EnumSource
    @DisplayName("given the page for users, when a reason is looked up, then it is in the table of what can go wrong")
    void thePageTellsWhatToDoAboutEachReason(SealedStorageException.Reason reason) throws IOException {
        String page = Files.readString(Path.of("README.md"));
        assertTrue(page.lines().anyMatch(line -> line.startsWith("| `") && line.contains("`" + reason + "`")));
    }
}
