// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.embedded.options.TestedOptions;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.qtee.emulator.state.SecureState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationTest {

    @TempDir
    Path temp;

    private Path inUse;

    private final TestedOptions<EmulatorConfiguration, Emulation> tested = new TestedOptions<>(
            EmulatorConfiguration.PID,
            EmulatorConfiguration.class,
            reader -> Emulation.read(reader, temp.resolve("area"), inUse));

    @Test
    void eachNumberIsGoodInItsRangeAndElseLeavesWhatIsInForce() {
        tested.assertRanges();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5.2", "5.2.0.1", "5.2.x", "256.0.0", "0.256.0", "0.0.4096", "-1.0.0"})
    void aVersionThatIsNoneLeavesWhatIsInForce(String version) {
        Options<EmulatorConfiguration, Emulation> options = tested.start(tested.with("qteeVersion", "6.1.7"));

        assertFalse(options.change(tested.with("qteeVersion", version), Map.of()));

        assertEquals(
                EmulatorSettings.version("6.1.7"), options.inForce().settings().qteeVersion());
        assertEquals(1, tested.refusals.size(), tested.refusals::toString);
    }

    @Test
    void withoutOptionsAllIsAsByDefault() {
        assertEquals(new Emulation(temp.resolve("area"), EmulatorSettings.defaults()), tested.defaults());
    }

    private Stream<Path> unusable() throws IOException {
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path damaged = Files.createDirectory(
                temp.resolve("damaged"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(
                damaged.resolve("device-key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Stream.of(open, damaged, Files.createFile(temp.resolve("file")).resolve("state"));
    }

    @Test
    void aStateDirectoryThatCannotBeUsedIsToldOnceByNameAndLeavesWhatIsInForce() throws IOException {
        Options<EmulatorConfiguration, Emulation> options =
                tested.start(tested.with("stateDirectory", temp.resolve("good").toString()));
        inUse = temp.resolve("good");
        SecureState ours = SecureState.open(inUse);
        SecureState others = SecureState.open(temp.resolve("taken"));
        try (ours;
                others) {
            for (Path wrong :
                    Stream.concat(unusable(), Stream.of(temp.resolve("taken"))).toList()) {
                tested.refusals.clear();

                assertFalse(options.change(tested.with("stateDirectory", wrong.toString()), Map.of()));

                assertEquals(temp.resolve("good"), options.inForce().stateDirectory());
                assertEquals(1, tested.refusals.size(), tested.refusals::toString);
                String told = tested.refusals.get(0);
                assertTrue(told.startsWith("option stateDirectory of org.ermine.tee.qtee.emulator is " + wrong), told);
            }
            assertTrue(options.change(
                    tested.with(Map.of("stateDirectory", temp.resolve("good").toString(), "qteeVersion", "6.1.7")),
                    Map.of()));
        }
    }

    @Test
    void aStateDirectoryThatCannotBeUsedAtTheStartHasNoSubstitute() throws IOException {
        for (Path wrong : unusable().toList()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> tested.start(tested.with("stateDirectory", wrong.toString())));
        }
    }
}
