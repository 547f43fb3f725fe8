// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.file.DyingProcess;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands at the place that is unsealed to, and what others left beside it. */
@Timeout(60)
class UnsealTargetTest {

    private static final byte[] SECRET = {1, 2, 3};

    @TempDir
    Path folder;

    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", new MemoryFileStorage()));
    private final List<Path> forced = new ArrayList<>();

    @AutoClose
    private final TestBundles bundles = TestBundles.on(tee);

    private final SealedStorageClient client = bundles.client("org.example.client", this::force);
    private Path target;

    private void force(Path names) {
        assertTrue(Files.exists(target), "the name is there before it is forced");
        forced.add(names);
    }

    @BeforeEach
    void seal() throws Exception {
        client.seal("x", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
        target = folder.resolve("target");
    }

    private void unseal() throws SealedStorageException {
        client.unseal("x", target, ProgressListener.NONE);
    }

    private void assertRefused(String reason) throws IOException {
        Object before = keyOfTarget();
        SealedStorageException failure = assertThrows(SealedStorageException.class, this::unseal);
        assertEquals(Reason.TARGET_UNWRITABLE, failure.reason());
        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
        assertTrue(failure.getMessage().contains(target.toString()), failure.getMessage());
        assertEquals(before, keyOfTarget(), "what was there is left alone");
        assertEquals(List.of(), remains());
    }

    private Object keyOfTarget() throws IOException {
        return Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private List<Path> remains() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(".unsealing-"))
                    .toList();
        }
    }

    @Test
    void givenASpecialFileWhenUnsealedOntoThenItIsRefusedAndLeftAlone() throws Exception {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(target));
            assertRefused("device, a pipe or the like");
        }
    }

    @Test
    void givenAFileSystemThatCannotDoWhatIsNeededWhenUnsealedIntoThenThatIsSaid() throws Exception {
        Path archive = folder.resolve("archive.zip");
        try (FileSystem inside = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            target = inside.getPath("/target");
            SealedStorageException failure = assertThrows(SealedStorageException.class, this::unseal);
            assertEquals(Reason.TARGET_UNWRITABLE, failure.reason());
            assertEquals(
                    "/target cannot be written: a file system of kind 'jar' cannot do what an unsealed file needs",
                    failure.getMessage());
            assertFalse(Files.exists(target));
        }
    }

    @Test
    void givenAFolderWhenUnsealedOntoThenItIsRefused() throws Exception {
        Files.createDirectory(target);
        assertRefused("is a folder");
    }

    @Test
    void givenASymbolicLinkWhenUnsealedOntoThenNeitherTheLinkNorWhatItNamesIsTouched() throws Exception {
        Path linked = Files.writeString(folder.resolve("linked"), "what was there");
        Files.createSymbolicLink(target, linked);
        assertRefused("symbolic link");
        assertEquals(linked, Files.readSymbolicLink(target));
        assertEquals("what was there", Files.readString(linked));
    }

    @Test
    void givenALinkToNothingWhenUnsealedOntoThenItIsRefusedToo() throws Exception {
        Files.createSymbolicLink(target, folder.resolve("nowhere"));
        assertRefused("symbolic link");
        assertFalse(Files.exists(folder.resolve("nowhere")));
    }

    @Test
    void givenALinkInThePathToTheFolderWhenUnsealedThenItIsFollowed() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), real);
        target = linked.resolve("target");
        unseal();
        assertArrayEquals(SECRET, Files.readAllBytes(real.resolve("target")));
    }

    @Test
    void givenALinkThatAppearsWhileUnsealingWhenItIsCompleteThenItIsRefused() throws Exception {
        Path linked = Files.writeString(folder.resolve("linked"), "what was there");
        SealedStorageException failure = assertThrows(
                SealedStorageException.class, () -> client.unseal("x", target, (done, total) -> link(linked)));
        assertEquals(Reason.TARGET_UNWRITABLE, failure.reason());
        assertEquals(linked, Files.readSymbolicLink(target));
        assertEquals(List.of(), remains());
    }

    private void link(Path linked) {
        try {
            Files.createSymbolicLink(target, linked);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givenAFileThatWasUnsealedThenItsNameIsForcedToTheDisk() throws Exception {
        unseal();
        assertEquals(List.of(folder), forced);
    }

    @Test
    void givenADiskThatDoesNotTakeTheNameWhenUnsealedThenTheFileIsSaidToBeThereForNow() throws Exception {
        SealedStorageClient failing = bundles.client("org.example.client", names -> {
            throw new IOException("the disk is broken");
        });
        SealedStorageException failure =
                assertThrows(SealedStorageException.class, () -> failing.unseal("x", target, ProgressListener.NONE));
        assertEquals(Reason.OUTCOME_UNKNOWN, failure.reason());
        assertEquals(
                target + " was written, but it is not known whether it outlasts a loss of power: the disk is broken",
                failure.getMessage());
        assertArrayEquals(SECRET, Files.readAllBytes(target));
    }

    @Test
    void givenAProcessThatDiedWhileItUnsealedWhenSomethingIsUnsealedThereThenWhatItLeftIsGone() throws Exception {
        Path other = folder.resolve("other");
        DyingProcess dying = DyingProcess.start(other);
        try (dying) {
            assertEquals(1, remains().size());
            unseal();
            assertEquals(1, remains().size(), "what is in use is left alone");
        }
        assertEquals(1, remains().size(), "the process left its file behind");
        unseal();
        assertEquals(List.of(), remains());
        assertFalse(Files.exists(other));
    }

    @Test
    void givenTwoClientsThatUnsealIntoOneFolderThenNeitherTakesTheOthersFileForRemains() throws Exception {
        SealedStorageClient other = bundles.client("org.example.other", names -> {});
        Path second = folder.resolve("second");
        client.unseal("x", target, (done, total) -> unsealBy(other, second));
        assertArrayEquals(SECRET, Files.readAllBytes(target));
        assertArrayEquals(SECRET, Files.readAllBytes(second));
        assertEquals(List.of(), remains());
    }

    private static void unsealBy(SealedStorageClient client, Path target) {
        try {
            client.unseal("x", target, ProgressListener.NONE);
        } catch (SealedStorageException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givenOtherThingsWithNamesOfThatKindWhenUnsealedThenOnlyFilesGo() throws Exception {
        Path important = Files.writeString(folder.resolve("important"), "what was there");
        Path link = Files.createSymbolicLink(folder.resolve(".unsealing-link.tmp"), important);
        Path directory = Files.createDirectory(folder.resolve(".unsealing-folder.tmp"));
        Path old = Files.writeString(folder.resolve(".unsealing-123.tmp"), "secret");
        unseal();
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.isDirectory(directory));
        assertFalse(Files.exists(old));
        assertEquals("what was there", Files.readString(important));
    }
}
