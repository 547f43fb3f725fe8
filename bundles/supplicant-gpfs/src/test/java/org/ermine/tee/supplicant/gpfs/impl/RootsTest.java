// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.embedded.options.TestedOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {

    private final TestedOptions<FileHandlerConfiguration, Roots> tested =
            new TestedOptions<>(FileHandlerConfiguration.PID, FileHandlerConfiguration.class, Roots::read);

    @TempDir
    Path folder;

    @Test
    void withoutOptionsTheRootsAreLeftToTheBundle() {
        assertEquals(new Roots(null, null, null), tested.defaults());
    }

    @Test
    void aRootThatCannotBeThereLeavesWhatIsInForce() throws Exception {
        Options<FileHandlerConfiguration, Roots> options = tested.start(tested.with("dataRoot", folder.toString()));

        assertFalse(options.change(
                tested.with("dataRoot", Files.createFile(folder.resolve("file")).toString()), Map.of()));

        assertEquals(new Roots(folder, null, null), options.inForce());
        assertEquals(1, tested.refusals.size(), tested.refusals::toString);
    }

    @Test
    void oneDirectoryBySymbolicLinksIsRefusedAlsoWhereItIsStillToBeMade() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        for (String below : new String[] {"", "to/be/made"}) {
            FileHandlerConfiguration both = tested.with(Map.of(
                    "dataRoot", real.resolve(below).toString(),
                    "persistRoot", link.resolve(below).toString()));
            assertThrows(IllegalArgumentException.class, () -> tested.start(both), below);
        }
    }

    @Test
    void oneDirectoryForBothIsRefusedAndAtTheStartNothingStandsIn() {
        FileHandlerConfiguration both =
                tested.with(Map.of("dataRoot", folder.toString(), "persistRoot", folder.toString()));
        Options<FileHandlerConfiguration, Roots> options = tested.start(tested.with("dataRoot", folder.toString()));

        assertFalse(options.change(both, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> tested.start(both));
        assertEquals(new Roots(folder, null, null), options.inForce());
    }
}
