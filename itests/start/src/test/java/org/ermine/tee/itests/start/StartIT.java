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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one start leaves for the next, told by files and by what the JVM says it loads from where; never by time. The
 * system property {@code ermine.jdk} names another JDK than this one to start it with.
 */
@Timeout(300)
class StartIT {

    /** Of a bundle's class: those of the JDK's own archive are the JDK's. */
    private static final String FROM_ARCHIVE = "source: shared objects file";

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

    /**
     * Starts it with a log of the classes.
     *
     * @return where those of the core bundle came from
     */
    private List<String> runAndListClasses() throws Exception {
        Path log = temp.resolve("classes");
        distribution.run("-Xlog:class+load:file=" + log);
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" org.ermine.tee.core.device.Device "))
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
        Files.writeString(java, "#!/bin/sh\nexec '" + Distribution.jdk() + "/bin/java' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                jdk.resolve("release"), Files.readString(Distribution.jdk().resolve("release")) + "SOURCE=other\n");
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

        assertFalse(complains(withRubbish), withRubbish);
        assertFalse(complains(withHalf), withHalf);
        assertTrue(runAndListClasses().get(0).contains(FROM_ARCHIVE), "the half one was replaced");
    }

    private static boolean complains(String printed) {
        return printed.contains("[warning]") || printed.contains("[error]") || printed.contains("rror occurred");
    }

    private static void replace(Path archive, byte[] content) throws IOException {
        Files.delete(archive);
        Files.write(archive, content);
    }

    /** As a power loss leaves it: its beginning is that of a whole one, and nobody has given it its size yet. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givenAnArchiveThatLostDataBeforeItWasTakenWhenStartedThenItIsReplaced(boolean cutOff) throws Exception {
        distribution.run();
        distribution.run();
        Path archive = distribution.archive(distribution.archives().get(0));
        byte[] damaged = Files.readAllBytes(archive);
        Arrays.fill(damaged, damaged.length / 4, damaged.length / 2, (byte) 0);
        Files.delete(archive);
        Files.write(written(archive), cutOff ? Arrays.copyOf(damaged, damaged.length / 2) : damaged);

        distribution.run();
        distribution.run();

        assertTrue(runAndListClasses().get(0).contains(FROM_ARCHIVE));
    }

    /** As a disk that lies leaves it. */
    @Test
    void givenAnArchiveOfWhichTheJvmDiesWhenAStartFailedThenTheNextOneIsWithoutIt() throws Exception {
        distribution.run();
        distribution.run();
        Path archive = distribution.archive(distribution.archives().get(0));
        byte[] damaged = Files.readAllBytes(archive);
        Arrays.fill(damaged, damaged.length / 4, damaged.length / 2, (byte) 0);
        replace(archive, damaged);

        String ended = distribution.tryToRun(Distribution.jdk(), "-XX:-CreateCoredumpOnCrash");
        distribution.run();
        distribution.run();

        assertTrue(ended.startsWith("exit code"), ended);
        assertTrue(runAndListClasses().get(0).contains(FROM_ARCHIVE));
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

    @ParameterizedTest
    @CsvSource({
        "JDK_JAVA_OPTIONS, -Xmx200m",
        "JAVA_TOOL_OPTIONS, -Xmx200m",
        "JAVA_TOOL_OPTIONS, '\"-Xmx200m\"'",
        "JAVA_OPTS, '-Dany=1\t-Xmx200m'"
    })
    void givenOptionsThatTheNextJvmMayNotHaveWhenStartedThenNoArchiveIsWritten(String variable, String options)
            throws Exception {
        distribution.setEnvironment(variable, options);

        distribution.run();
        distribution.run();

        assertEquals(List.of(), distribution.archives());
        assertFalse(distribution.writesArchive());
    }

    @Test
    void givenPropertiesOnlyWhenStartedThenAnArchiveIsWritten() throws Exception {
        distribution.setEnvironment("JAVA_TOOL_OPTIONS", "-Dsome=value\t-Dother=value");

        distribution.run();

        assertTrue(distribution.writesArchive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xshare:off", "-XX:AOTMode=off"})
    void givenAnArchiveWhenAnotherOneIsChosenByHandThenItStarts(String option) throws Exception {
        distribution.run();

        distribution.run("-XX:+IgnoreUnrecognizedVMOptions", option);
    }

    @Test
    void givenAnArchiveWhenStartedWithAnotherCollectorThenItStarts() throws Exception {
        distribution.run();

        distribution.run("-Xmx200m", "-XX:+UseParallelGC");
        distribution.run("-XX:+UseG1GC");
    }

    /** What is free is what {@code df} says. */
    @ParameterizedTest
    @CsvSource({"1000, false", "1000000, true"})
    void givenADiskThatIsAlmostFullWhenStartedThenNoArchiveIsWritten(int free, boolean written) throws Exception {
        Path df = Files.createDirectories(temp.resolve("tools")).resolve("df");
        Files.writeString(
                df, "#!/bin/sh\necho header\necho '/dev/some disk 9000000 8000000 " + free + " 97% /mount it'\n");
        Files.setPosixFilePermissions(df, PosixFilePermissions.fromString("rwxr-xr-x"));
        distribution.setEnvironment("PATH", df.getParent() + ":" + System.getenv("PATH"));

        distribution.run();

        assertEquals(written, distribution.writesArchive());
    }

    @Test
    void givenASpaceInTheNameOfItsFolderWhenStartedAgainThenTheClassesAreKept() throws Exception {
        distribution = new Distribution(temp.resolve("ermine of mine"), temp.resolve("home of mine"));
        distribution.run();

        assertTrue(runAndListClasses().get(0).contains(FROM_ARCHIVE));
    }
}
