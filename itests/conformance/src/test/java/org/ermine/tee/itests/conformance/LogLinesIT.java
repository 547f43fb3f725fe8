// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who writes log lines that are shown by default. What a stranger can repeat is told by a {@code RepeatLog}; each class
 * that writes a line itself is named here, with the reason why no stranger can make it write another one.
 */
class LogLinesIT {

    private static final Pattern LINES = Pattern.compile("org/slf4j/Logger\\.(info|warn|error)\\(.*");
    private static final Pattern OTHER_WAYS =
            Pattern.compile(".*\\.printStackTrace\\(.*|java/util/logging/.*|java/lang/System\\$Logger\\..*");
    /** These classes tell of each cause once in a while, or of what the operator configured. */
    private static final Pattern TAKERS = Pattern.compile(
            "org/ermine/tee/embedded/(log/RepeatLog|options/(Published)?Options|threads/ServiceThread)\\.<init>\\(.*");

    private static final String LIFE_CYCLE = "once in the life of a component or device, at its start or its end";
    private static final String OPERATOR = "when an operator changed permissions or gave a command";
    private static final String DISK = "when a folder or disk came, went or was replaced";
    private static final String COUNTS = "counts by itself, and tells of one cause once in a while";

    private static final Map<String, String> MAY_WRITE = new TreeMap<>(Map.ofEntries(
            Map.entry("org/ermine/tee/core/device/Device", LIFE_CYCLE),
            Map.entry("org/ermine/tee/core/impl/DeviceRegistry", OPERATOR),
            Map.entry("org/ermine/tee/core/leak/LeakLog", COUNTS),
            Map.entry("org/ermine/tee/core/impl/PublishedDevice", LIFE_CYCLE),
            Map.entry("org/ermine/tee/core/permissions/EnforcedPermissions", COUNTS),
            Map.entry("org/ermine/tee/monitor/jmx/RegisteredBean", LIFE_CYCLE),
            Map.entry("org/ermine/tee/permissions/impl/RulePolicy", OPERATOR),
            Map.entry("org/ermine/tee/qcomtee/impl/QcomTee", LIFE_CYCLE),
            Map.entry("org/ermine/tee/qtee/emulator/impl/Emulator", LIFE_CYCLE),
            Map.entry("org/ermine/tee/qtee/emulator/impl/EmulatorComponent", OPERATOR),
            Map.entry("org/ermine/tee/sealed/file/TemporaryFiles", "of each file of a process that died, once"),
            Map.entry("org/ermine/tee/shell/completion/KarafConsole", LIFE_CYCLE),
            Map.entry("org/ermine/tee/shell/sealed/SealedStorageUse", LIFE_CYCLE),
            Map.entry("org/ermine/tee/shm/impl/PooledSharedMemory", LIFE_CYCLE),
            Map.entry("org/ermine/tee/statistics/impl/FileRecorder", OPERATOR),
            Map.entry("org/ermine/tee/supplicant/gpfs/disk/FileName", LIFE_CYCLE),
            Map.entry("org/ermine/tee/supplicant/gpfs/impl/MissingRoots", DISK),
            Map.entry("org/ermine/tee/supplicant/gpfs/impl/Root", DISK),
            Map.entry("org/ermine/tee/supplicant/gpfs/storage/Storage", DISK),
            Map.entry("org/ermine/tee/supplicant/listener/ListenerDevice", COUNTS),
            Map.entry("org/ermine/tee/supplicant/impl/Supplicant", LIFE_CYCLE),
            Map.entry("org/ermine/tee/ta/sealedstorage/impl/SealedStorageApplication", OPERATOR),
            Map.entry("org/ermine/tee/webconsole/impl/PluginChoice", LIFE_CYCLE)));

    private static Map<String, DeployedClass> deployed;

    @BeforeAll
    static void readClasses() throws IOException {
        deployed = DeployedClass.all();
    }

    private static boolean writes(DeployedClass each) {
        return each.calls().stream().anyMatch(LINES.asMatchPredicate());
    }

    /** Whether it hands the log to somebody who is not known to hold back what is repeated. */
    private static boolean handsOut(DeployedClass each) {
        return each.handles().stream().anyMatch(LINES.asMatchPredicate())
                && each.methods().stream().noneMatch(TAKERS.asMatchPredicate());
    }

    private static boolean writesPast(DeployedClass each) {
        return each.methods().stream().anyMatch(OTHER_WAYS.asMatchPredicate());
    }

    @Test
    @DisplayName(
            "ERM-24: given what is deployed, then only classes write log lines themselves that no stranger can make "
                    + "repeat them")
    void onlyKnownClassesWriteLines() {
        Set<String> found = new TreeSet<>();
        deployed.forEach((name, each) -> {
            if (writes(each) || handsOut(each)) {
                found.add(name);
            }
        });

        assertEquals(String.join("\n", MAY_WRITE.keySet()), String.join("\n", found));
    }

    @Test
    @DisplayName("ERM-24: given what is deployed, then nothing writes past the log")
    void nothingWritesPastTheLog() {
        Set<String> found = new TreeSet<>();
        deployed.forEach((name, each) -> {
            if (writesPast(each)) {
                found.add(name);
            }
        });

        assertEquals(Set.of(), found);
    }

    /** Does what nothing deployed may do. */
    private static final class Talkative {
        private static final Logger LOG = LoggerFactory.getLogger(Talkative.class);

        private Talkative() {}

        static void failed() {
            LOG.warn("again");
        }
    }

    private static final class HandingOut {
        private static final Logger LOG = LoggerFactory.getLogger(HandingOut.class);

        private HandingOut() {}

        static Consumer<String> log() {
            return LOG::error;
        }
    }

    private static final class Printing {

        private Printing() {}

        static void failed(IOException failure) {
            failure.printStackTrace();
        }
    }

    @Test
    @DisplayName(
            "ERM-24: given a class that writes a line itself, hands out the log or writes past it, then it is found")
    void isFound() throws IOException {
        DeployedClass talkative = read("LogLinesIT$Talkative.class");
        DeployedClass handingOut = read("LogLinesIT$HandingOut.class");

        assertTrue(writes(talkative) && !handsOut(talkative), talkative::toString);
        assertTrue(!writes(handingOut) && handsOut(handingOut), handingOut::toString);
        assertTrue(writesPast(read("LogLinesIT$Printing.class")));
        Talkative.failed();
        HandingOut.log().accept("found");
    }

    private static DeployedClass read(String name) throws IOException {
        try (InputStream classFile = LogLinesIT.class.getResourceAsStream(name)) {
            return DeployedClass.read(classFile.readAllBytes());
        }
    }
}
