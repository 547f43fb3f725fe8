// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.start;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one start leaves for the next, told by files and by what the JVM says it loads from where; never by time. */
@Timeout(300)
class StartIT {

    private static final String FROM_ARCHIVE = "shared objects file (top)";

    /** How an entry in the directory of a jar begins, and where its time stands. */
    private static final byte[] CENTRAL_ENTRY = {'P', 'K', 1, 2};

    private static final int ENTRY_TIME = 12;

    @TempDir
    Path temp;

    private Distribution distribution;

    @BeforeEach
    void unpack() throws IOException {
        distribution = new Distribution(temp.resolve("ermine"), temp.resolve("home"));
    }

    /** Starts it with a log of the classes. @return where those of the core bundle came from */
    private List<String> runAndListClasses() throws Exception {
        Path log = temp.resolve("classes");
        distribution.run("-Xlog:class+load:file=" + log);
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" org.ermine.tee.core.impl.Device "))
                    .toList();
        }
    }

    @Test
    void givenAFirstStartWhenStartedAgainThenTheClassesAndTheBundlesAreKept() throws Exception {
        distribution.run();
        Path record = distribution.home().resolve("cache.record");
        FileTime made = Files.getLastModifiedTime(record);

        List<String> classes = runAndListClasses();

        assertEquals(1, classes.size());
        assertTrue(classes.get(0).contains(FROM_ARCHIVE), classes.get(0));
        assertEquals(1, distribution.archives().size());
        assertEquals(made, Files.getLastModifiedTime(record));
    }

    @Test
    void givenAChangedBundleWhenStartedAgainThenItIsRunAndAnotherArchiveIsMade() throws Exception {
        distribution.run();
        distribution.run();
        List<String> before = distribution.archives();
        String record = Files.readString(distribution.home().resolve("cache.record"));
        changeEntry(distribution.folder().resolve("bundle/org.ermine.tee.supplicant.time.jar"));

        distribution.run();
        distribution.run();

        assertEquals(1, distribution.archives().size());
        assertNotEquals(before, distribution.archives());
        assertNotEquals(record, Files.readString(distribution.home().resolve("cache.record")));
    }

    @Test
    void givenAChangedFrameworkWhenStartedAgainThenTheBundlesAreMadeAnew() throws Exception {
        distribution.run();
        String record = Files.readString(distribution.home().resolve("cache.record"));
        changeEntry(distribution.folder().resolve("lib/org.apache.felix.main.jar"));

        distribution.run();

        assertNotEquals(record, Files.readString(distribution.home().resolve("cache.record")));
    }

    /** Changes the date of an entry, and neither size nor date of the file. */
    private static void changeEntry(Path jar) throws IOException {
        FileTime date = Files.getLastModifiedTime(jar);
        byte[] content = Files.readAllBytes(jar);
        int entry = 0;
        while (!Arrays.equals(content, entry, entry + 4, CENTRAL_ENTRY, 0, 4)) {
            entry++;
        }
        content[entry + ENTRY_TIME] ^= 1;
        Files.write(jar, content);
        Files.setLastModifiedTime(jar, date);
    }

    @Test
    void givenAnotherJdkWhenStartedThenItGetsAnArchiveOfItsOwn() throws Exception {
        distribution.run();
        distribution.run();
        List<String> before = distribution.archives();
        Path jdk = otherJdk();

        distribution.run(jdk);
        distribution.run(jdk);

        assertEquals(1, before.size());
        assertEquals(2, distribution.archives().size());
        assertTrue(distribution.archives().containsAll(before));
    }

    /** As far as the script can tell. */
    private Path otherJdk() throws IOException {
        Path jdk = temp.resolve("jdk");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.99\"\n");
        return jdk;
    }

    @Test
    void givenAnArchiveThatIsNoneWhenStartedThenItStartsWithoutIt() throws Exception {
        distribution.run();
        distribution.run();
        Path archive = distribution.archive(distribution.archives().get(0));
        byte[] whole = Files.readAllBytes(archive);
        byte[] rubbish = new byte[whole.length];
        Arrays.fill(rubbish, (byte) 0x5a);

        replace(archive, rubbish);
        String withRubbish = distribution.run();
        assertFalse(runAndListClasses().get(0).contains(FROM_ARCHIVE));
        replace(archive, Arrays.copyOf(whole, whole.length / 2));
        String withHalf = distribution.run();

        assertEquals(1, withRubbish.lines().count(), withRubbish);
        assertEquals(1, withHalf.lines().count(), withHalf);
        assertTrue(runAndListClasses().get(0).contains(FROM_ARCHIVE), "the half one was replaced");
    }

    private static void replace(Path archive, byte[] content) throws IOException {
        Files.delete(archive);
        Files.write(archive, content);
    }

    /** As a power loss leaves it: its beginning is that of a whole one, and nobody has given it its size yet. */
    @Test
    void givenAnArchiveThatWasCutOffBeforeItWasTakenWhenAStartFailedThenTheNextOneIsWithoutIt() throws Exception {
        distribution.run();
        distribution.run();
        Path archive = distribution.archive(distribution.archives().get(0));
        byte[] whole = Files.readAllBytes(archive);
        Files.delete(archive);
        Files.write(written(archive), Arrays.copyOf(whole, whole.length / 2));
        Path jdk = Path.of(System.getProperty("java.home"));

        distribution.tryToRun(jdk, "-XX:-CreateCoredumpOnCrash");
        distribution.run();

        assertTrue(runAndListClasses().get(0).contains(FROM_ARCHIVE), "the one that was cut off was replaced");
    }

    /** What the JVM writes before a start takes it. */
    private static Path written(Path archive) {
        String name = archive.getFileName().toString();
        return archive.resolveSibling(name.substring(0, name.lastIndexOf('-')) + ".abcdef");
    }

    @Test
    void givenAnArchiveThatWasNotFinishedWhenStartedThenItIsNotTaken() throws Exception {
        distribution.run();
        distribution.run();
        Path archive = distribution.archive(distribution.archives().get(0));
        Files.delete(archive);
        Files.write(written(archive), new byte[5000]);

        distribution.run("-Xmx200m");

        assertEquals(List.of(), distribution.archives());
    }

    @Test
    void givenADistributionThatCannotBeWrittenWhenStartedAgainThenTheArchiveIsInTheHome() throws Exception {
        Path inTheWay = distribution.folder().resolve("archive");
        Files.writeString(inTheWay, "no folder can be made here");

        distribution.run();
        List<String> classes = runAndListClasses();

        assertTrue(classes.get(0).contains(FROM_ARCHIVE), classes.get(0));
        assertEquals(1, distribution.archivesAtHome().size());
        assertArrayEquals("no folder can be made here".getBytes(), Files.readAllBytes(inTheWay));
    }
}
