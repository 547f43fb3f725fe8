// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.Shell;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SealedStorageCommandsTest {

    @TempDir
    Path folder;

    private final MemoryStorage storage = new MemoryStorage();

    @AutoClose
    private final Shell shell = new Shell(new SealedStorageCommands(storage, new FakeAdmin(storage)));

    @BeforeEach
    void changeToFolder() {
        shell.changeTo(folder);
    }

    @Test
    void givenAFileInTheSessionsFolderThenSealSealsItUnderItsName() throws Exception {
        Files.writeString(folder.resolve("a file ☃.txt"), "content");

        String printed = shell.type("tee:seal 'a file ☃.txt'");

        assertTrue(printed.matches("(?s)sealed 'a file ☃.txt' \\(7 B, .*\\)\\R"), printed);
        assertEquals(Set.of("a file ☃.txt"), storage.names());
    }

    @Test
    void givenANameThenSealUsesIt() throws Exception {
        Files.writeString(folder.resolve("file"), "content");

        shell.type("tee:seal file letters/one");

        assertEquals(Set.of("letters/one"), storage.names());
    }

    @Test
    void givenAnObjectOfThatNameThenSealReplacesItOnlyWhenToldTo() throws Exception {
        Files.writeString(folder.resolve("file"), "old");
        shell.type("tee:seal file");
        Files.writeString(folder.resolve("file"), "new");

        assertEquals(
                "tee:seal: something is sealed as 'file' already; --force replaces it", shell.refusal("tee:seal file"));
        shell.type("tee:seal -f file");

        assertEquals("new", storage.content("file"));
    }

    @Test
    void givenADrawerThenItsNameAndThoseOfItsObjectsAreCandidates() throws Exception {
        storage.put("own", "1");
        storage.drawer("common").put("shared", "1");
        Map<String, Candidates> candidates = new SealedStorageCommands(storage, new FakeAdmin(storage)).candidates();

        for (String command : List.of("unseal", "rm", "mv")) {
            assertEquals(List.of("own"), candidates.get(command).list(List.of()), command);
            assertEquals(List.of("common"), candidates.get(command).list(List.of("x", "--drawer")), command);
            assertEquals(List.of("shared"), candidates.get(command).list(List.of("-d", "common")), command);
        }
        for (String command : List.of("seal", "ls", "salvageable")) {
            assertEquals(List.of("common"), candidates.get(command).list(List.of("-d")), command);
        }
        assertEquals(List.of("common"), candidates.get("mv").list(List.of("own", "--to")));
    }

    @Test
    void givenAMissingFileThenTheStoragesMessageIsTheFailure() {
        assertEquals("tee:seal: cannot read missing", shell.refusal("tee:seal missing"));
    }

    @Test
    void givenNoTargetThenUnsealWritesIntoTheSessionsFolder() throws Exception {
        storage.put("file", "content");

        shell.type("tee:unseal file");

        assertEquals("content", Files.readString(folder.resolve("file")));
    }

    @Test
    void givenAFolderAsTargetThenUnsealWritesIntoIt() throws Exception {
        storage.put("file", "content");
        Files.createDirectory(folder.resolve("out"));

        shell.type("tee:unseal file out");

        assertEquals("content", Files.readString(folder.resolve("out").resolve("file")));
    }

    @Test
    void givenAFileAtTheTargetThenUnsealReplacesItOnlyWhenToldTo() throws Exception {
        storage.put("file", "content");
        Files.writeString(folder.resolve("file"), "precious");

        assertEquals(
                "tee:unseal: " + folder.resolve("file") + " exists; --force replaces it",
                shell.refusal("tee:unseal file"));
        assertEquals("precious", Files.readString(folder.resolve("file")));

        shell.type("tee:unseal --force file");
        assertEquals("content", Files.readString(folder.resolve("file")));
    }

    @Test
    void givenALinkAtTheTargetThenUnsealPromisesNoReplacement() throws Exception {
        storage.put("file", "content");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        Files.writeString(folder.resolve("elsewhere"), "old");

        // It is for the storage to decide; the storage of these tests follows links.
        assertFalse(shell.type("tee:unseal file link").contains("--force"));
    }

    @Test
    void givenAVariableThatWasNeverSetThenTheCommandsSaySo() {
        for (String line : new String[] {"rm $never", "rm one $never", "seal file $never", "ls $never"}) {
            String told = shell.refusal("tee:" + line);
            assertTrue(told.contains(": an operand is null: is it a variable that was never set?"), told);
        }
    }

    @Test
    void givenANameThatLeadsElsewhereThenUnsealWantsATarget() throws Exception {
        storage.put("../escape", "content");
        storage.put("..", "content");

        assertEquals(
                "tee:unseal: '../escape' is no name for a file; name the file to write",
                shell.refusal("tee:unseal ../escape"));
        assertEquals("tee:unseal: '..' is no name for a file; name the file to write", shell.refusal("tee:unseal .."));
        assertFalse(Files.exists(folder.resolveSibling("escape")));
    }

    @Test
    void givenObjectsThenLsListsThemWithHumanSizes() throws Exception {
        storage.put("file", "x".repeat(1536));

        assertTrue(shell.type("tee:ls").matches("(?s) +SIZE  SEALED AT         NAME\\R1.5 KiB  \\S+ \\S+  file\\R"));
    }

    @Test
    void givenNothingSealedThenLsSaysSo() throws Exception {
        assertEquals("Nothing is sealed." + System.lineSeparator(), shell.type("tee:ls"));
    }

    @Test
    void givenNamesOfWhichSomeAreUnknownThenRmNamesThemAndRemovesNothing() throws Exception {
        storage.put("a", "");
        storage.put("b", "");

        assertEquals("tee:rm: nothing is sealed as 'x', 'y'; nothing was removed", shell.refusal("tee:rm a x b y"));
        assertEquals(Set.of("a", "b"), storage.names());
        assertEquals("removed 'a', 'b'" + System.lineSeparator(), shell.type("tee:rm a b a"));
        assertEquals(Set.of(), storage.names());
    }

    @Test
    void givenAnObjectThatCannotBeRemovedThenRmTellsWhichWereAndTheCause() {
        storage.put("a", "");
        storage.put("unwilling", "");
        storage.put("z", "");

        assertEquals(
                List.of("tee:rm: no space is left", "Removed before that: 'a'.", "Cause: file: error 28"),
                shell.refusal("tee:rm a unwilling z").lines().toList());
        assertEquals(Set.of("unwilling", "z"), storage.names());
    }

    @Test
    void givenANarrowTerminalThenAFailureIsBrokenBetweenWords() {
        shell.session().put("COLUMNS", "40");

        assertEquals(
                List.of("tee:rm: nothing is sealed as 'some quite", "long name of an object'; nothing was", "removed"),
                shell.refusal("tee:rm 'some quite long name of an object'")
                        .lines()
                        .toList());
        assertTrue(
                shell.refusal("tee:rm --wrong").lines().allMatch(line -> line.length() <= 40),
                shell.refusal("tee:rm --wrong"));
    }

    @Test
    void givenNamesThatAreNotSeenOrTurnTheLineThenLsTellsThemApart() throws Exception {
        storage.put("a\u202eb", "");
        storage.put("a\u200bb", "");
        storage.put("a\u2028b", "");

        String listed = shell.type("tee:ls");
        for (String shown : new String[] {"a\\u202eb", "a\\u200bb", "a\\u2028b"}) {
            assertTrue(listed.contains("  " + shown + System.lineSeparator()), listed);
        }
    }

    @Test
    void givenADrawerThenCommandsWorkInItAlone() throws Exception {
        Files.writeString(folder.resolve("file"), "content");
        storage.put("mine", "");

        shell.type("tee:seal -d photos file");
        assertEquals(Set.of("file"), storage.drawer("photos").names());
        assertEquals(Set.of("mine"), storage.names());
        assertTrue(shell.type("tee:ls --drawer photos").contains("file"));
        assertFalse(shell.type("tee:ls").contains("file"));
        assertTrue(
                shell.type("tee:drawers").matches("(?s)OBJECTS +SIZE  DRAWER\\R +1   1 B  photos\\R"),
                shell.type("tee:drawers"));
        shell.type("tee:unseal file other --drawer photos");
        assertEquals("content", Files.readString(folder.resolve("other")));
        assertEquals("tee:rm: nothing is sealed as 'file'; nothing was removed", shell.refusal("tee:rm file"));
        assertEquals(
                "tee:rm: nothing is sealed as 'x' in drawer 'photos'; nothing was removed",
                shell.refusal("tee:rm x --drawer photos"));
        assertEquals(
                "Nothing is sealed in drawer 'none'.",
                shell.type("tee:ls --drawer none").strip());
        shell.type("tee:rm file --drawer photos");
        assertEquals(Set.of(), storage.drawer("photos").names());
    }

    @Test
    void givenAnObjectThenMvGivesItAnotherNameOrDrawer() throws Exception {
        storage.put("a", "content");
        storage.put("b", "");

        assertEquals("tee:mv: something is sealed as 'b' already; --force replaces it", shell.refusal("tee:mv a b"));
        assertEquals("tee:mv: name a new name, or by --to another drawer", shell.refusal("tee:mv a"));
        assertEquals("renamed 'a' to 'b'", shell.type("tee:mv --force a b").strip());
        shell.type("tee:mv b c");
        assertEquals("content", storage.content("c"));
        storage.drawer("common").put("old", "former");
        assertEquals(
                "moved 'old' to drawer 'bundle/com.example.wallet'",
                shell.type("tee:mv old --drawer common --to bundle/com.example.wallet")
                        .strip());
        assertEquals("former", storage.drawer("bundle/com.example.wallet").content("old"));
        assertTrue(shell.refusal("tee:mv old new --drawer common --to x").contains("an object keeps its name"));
    }

    @Test
    void givenAFlagWithoutItsValueThenTheUsageSaysSo() {
        assertTrue(
                shell.refusal("tee:ls --drawer").startsWith("tee:ls: missing DRAWER behind -d"),
                shell.refusal("tee:ls -d"));
    }

    @Test
    void givenAStoreThatIsRefusedThenSalvageableListsWhatCanBeSalvagedByDrawer() throws Exception {
        storage.put("twice", "12");
        storage.refuse(Reason.TAMPERED, "the store was changed");
        assertEquals("tee:ls: the store was changed", shell.refusal("tee:ls"));

        String listed = shell.type("tee:salvageable");
        assertTrue(listed.matches("(?s)SIZE  SEALED AT +DRAWER +NAME\\R +2 B  \\S+ \\S+  common +twice\\R.*"), listed);
        assertTrue(listed.contains("  org.example.other  twice"), listed);
        assertTrue(listed.contains("The store is refused. tee:unseal --salvage writes one"), listed);
        storage.names().clear();
        assertTrue(
                shell.type("tee:salvageable")
                        .lines()
                        .toList()
                        .contains("The store is refused: tee:reset-store begins"
                                + " anew, then tee:restore brings back a backup."),
                shell.printed());
    }

    @Test
    void givenADamagedObjectThenVerifyingMarksIt() throws Exception {
        storage.put("damaged", "1");
        storage.put("sound", "1");

        String listed = shell.type("tee:salvageable --verify");
        assertTrue(listed.matches("(?s).*  damaged  it was changed\\R.*  sound    whole\\R.*"), listed);
        assertTrue(listed.contains("The store is not refused: tee:unseal reads"), listed);
    }

    @Test
    void givenAStoreThatIsRefusedThenUnsealSalvagesAndSaysThatItNeedNotBeTheLatest() throws Exception {
        storage.put("file", "content");
        storage.refuse(Reason.TAMPERED, "the store was changed");

        String said = shell.type("tee:unseal --salvage file");
        assertTrue(said.startsWith("salvaged 'file' into "), said);
        assertTrue(said.contains(", which need not be the latest ("), said);
        assertEquals("common: content", Files.readString(folder.resolve("file")));
        assertEquals(
                "tee:unseal: " + folder.resolve("file") + " exists; --force replaces it",
                shell.refusal("tee:unseal --salvage file"));
        assertEquals(
                "tee:unseal: nothing can be salvaged as 'other'; tee:salvageable lists what can",
                shell.refusal("tee:unseal --salvage other"));
    }

    @Test
    void givenANameInTwoDrawersThenUnsealWantsToKnowWhichIsToBeSalvaged() throws Exception {
        storage.put("twice", "12");
        assertEquals(
                "tee:unseal: there are several, --drawer tells which: 'twice' in drawer 'common', 'twice' in drawer"
                        + " 'org.example.other'",
                shell.refusal("tee:unseal --salvage twice"));

        shell.type("tee:unseal --salvage org.example.other:twice salvaged");
        assertEquals("org.example.other: 12", Files.readString(folder.resolve("salvaged")));
    }

    @Test
    void givenADrawerThenNothingIsSalvagedOfAnotherOne() throws Exception {
        storage.put("twice", "12");
        storage.put("once", "1");
        shell.type("tee:unseal --salvage --drawer org.example.other twice");
        assertEquals("org.example.other: 12", Files.readString(folder.resolve("twice")));
        assertEquals(
                "tee:unseal: nothing can be salvaged as 'once'; tee:salvageable lists what can",
                shell.refusal("tee:unseal --salvage --drawer org.example.other once"));
        assertTrue(Files.notExists(folder.resolve("once")));

        String listed = shell.type("tee:salvageable --drawer org.example.other");
        assertTrue(listed.contains("  org.example.other  twice"), listed);
        assertFalse(listed.contains("common"), listed);
    }
}
