// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.shell.command.Shell;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BackupCommandsTest {

    @TempDir
    Path folder;

    private final MemoryStorage storage = new MemoryStorage();
    private final FakeAdmin admin = new FakeAdmin(storage);

    @AutoClose
    private final Shell shell = new Shell(new BackupCommands(admin));

    @BeforeEach
    void prepare() throws Exception {
        shell.changeTo(folder);
        Files.writeString(folder.resolve("pass"), "correct horsé\nnot this\n");
        storage.put("a", "1");
        storage.put("b", "2");
    }

    @Test
    @DisplayName(
            "given a file with a passphrase when all is backed up then its first line counts, and the archive is named")
    void givenAPassphraseThenAllIsBackedUp() throws Exception {
        String said = shell.type("tee:backup archive pass");
        assertTrue(said.startsWith("backed up 2 objects into " + folder.resolve("archive") + " ("), said);
        assertEquals("correct horsé\na\nb", Files.readString(folder.resolve("archive")));
    }

    @Test
    @DisplayName("given an archive when it is restored then what is in the way is replaced only when that is said")
    void givenAnArchiveThenWhatIsInTheWayIsReplacedOnlyWhenThatIsSaid() throws Exception {
        shell.type("tee:backup archive pass");
        assertEquals(
                "tee:restore: there is a; --force replaces what is in the way",
                shell.refusal("tee:restore archive pass"));
        assertEquals("1", storage.content("a"));
        assertTrue(shell.type("tee:restore -f archive pass").startsWith("restored 2 objects ("));
        assertEquals("restored", storage.content("a"));
        assertEquals(Set.of("a", "b"), storage.names());
    }

    @Test
    @DisplayName("given a file that is there when it is to be the archive then it is replaced only when that is said")
    void givenAFileThenItIsReplacedOnlyWhenThatIsSaid() throws Exception {
        Files.writeString(folder.resolve("archive"), "precious");
        assertEquals(
                "tee:backup: " + folder.resolve("archive") + " exists; --force replaces it",
                shell.refusal("tee:backup archive pass"));
        assertEquals("precious", Files.readString(folder.resolve("archive")));
        shell.type("tee:backup --force archive pass");
    }

    @Test
    @DisplayName("given files that hold no passphrase then they are refused by name, and nothing is written")
    void givenNoPassphraseThenItIsRefused() throws Exception {
        Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe9, 'b'});
        Files.writeString(folder.resolve("long"), "x".repeat(5000));
        Files.writeString(folder.resolve("short"), "1234567\n");
        assertEquals("tee:backup: " + folder.resolve("latin") + " is not UTF-8", shell.refusal("tee:backup a latin"));
        assertTrue(shell.refusal("tee:backup a long").contains("long is no file with a passphrase: it has 4096"));
        assertEquals(
                "tee:backup: the passphrase in the first line of " + folder.resolve("short")
                        + " has 7 characters; 8 is the least",
                shell.refusal("tee:backup a short"));
        assertEquals(
                "tee:backup: " + folder.resolve("missing") + ": there is no such file or folder",
                shell.refusal("tee:backup a missing"));
        assertTrue(
                shell.refusal("tee:backup a .").endsWith(" is no file; a passphrase stands in the first line of one"));
        assertTrue(shell.refusal("tee:backup a").startsWith("tee:backup: missing operand PASSPHRASE"));
        assertTrue(Files.notExists(folder.resolve("a")));
    }

    @Test
    @DisplayName("given a refusal then its message is passed on")
    void givenARefusalThenItsMessageIsPassedOn() throws Exception {
        shell.type("tee:backup archive pass");
        Files.writeString(folder.resolve("other"), "another one");
        assertEquals("tee:restore: the passphrase is another one", shell.refusal("tee:restore archive other"));
        admin.refuse(Reason.NOT_PERMITTED, "the shell may not");
        assertEquals("tee:restore: the shell may not", shell.refusal("tee:restore archive pass"));
        assertEquals("tee:backup: the shell may not", shell.refusal("tee:backup -f archive pass"));
    }
}
