// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What sealed storage says when it is used wrongly: what was wrong, by its name, in one line. */
@Timeout(60)
class WordsTest {

    private static final byte[] SECRET = {1, 2, 3};

    @TempDir
    Path folder;

    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", new MemoryFileStorage()));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.client");

    @AfterEach
    void close() throws InterruptedException {
        bundles.close();
        tee.awaitNothingOpen();
    }

    /** A call with something that is null, and the parameter's name. */
    private record Wrong(String parameter, Use use) {}

    private interface Use {
        void of(SealedStorage storage) throws SealedStorageException;
    }

    static Stream<Wrong> nulls() {
        Path file = Path.of("file");
        InputStream stream = InputStream.nullInputStream();
        return Stream.of(
                new Wrong("name", storage -> storage.seal(null, file, ProgressListener.NONE)),
                new Wrong("name", storage -> storage.seal(null, stream, ProgressListener.NONE)),
                new Wrong("name", storage -> storage.unseal(null, file, ProgressListener.NONE)),
                new Wrong("name", storage -> storage.remove(null)),
                new Wrong("name", storage -> storage.get(null)),
                new Wrong("name", storage -> storage.read(null)),
                new Wrong("name", storage -> storage.open(null)),
                new Wrong("name", storage -> storage.openChannel(null)),
                new Wrong("name", storage -> storage.create(null)),
                new Wrong("name", storage -> storage.createNew(null)),
                new Wrong("name", storage -> storage.sealNew(null, file, ProgressListener.NONE)),
                new Wrong("name", storage -> storage.sealNew(null, stream, ProgressListener.NONE)),
                new Wrong("content", storage -> storage.sealNew("x", (byte[]) null)),
                new Wrong("source", storage -> storage.sealNew("x", (Path) null)),
                new Wrong("source", storage -> storage.sealNew("x", (InputStream) null)),
                new Wrong("content", storage -> storage.seal("x", (byte[]) null)),
                new Wrong("source", storage -> storage.seal("x", (Path) null, ProgressListener.NONE)),
                new Wrong("source", storage -> storage.seal("x", (InputStream) null, ProgressListener.NONE)),
                new Wrong("target", storage -> storage.unseal("x", null, ProgressListener.NONE)),
                new Wrong("progress", storage -> storage.seal("x", file, null)),
                new Wrong("progress", storage -> storage.seal("x", stream, null)),
                new Wrong("progress", storage -> storage.unseal("x", file, null)),
                new Wrong("name", storage -> storage.rename(null, "x")),
                new Wrong("newName", storage -> storage.rename("x", null)),
                new Wrong("name", storage -> storage.renameNew(null, "x")),
                new Wrong("newName", storage -> storage.renameNew("x", null)),
                new Wrong("name", storage -> storage.takeFrom("common", null)),
                new Wrong("drawer", storage -> storage.takeFrom(null, "x")),
                new Wrong("name", storage -> storage.drawer(null)),
                new Wrong("associatedData", storage -> storage.boundTo(null)),
                new Wrong("content", storage -> storage.seal("x", null, Map.of())),
                new Wrong("metadata", storage -> storage.seal("x", SECRET, null)));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void givenNullWhenItIsPassedThenTheParameterIsNamedAndTheTeeIsNotAsked(Wrong wrong) {
        NullPointerException refused =
                assertThrows(NullPointerException.class, () -> wrong.use().of(client));
        assertEquals(wrong.parameter(), refused.getMessage());
        assertEquals(0, tee.contextsEverOpened());
    }

    /** A call of what administrators do, with a null, and the parameter's name. */
    private record WrongOfAdmin(String parameter, AdminUse use) {}

    private interface AdminUse {
        void of(SealedStorageAdmin admin) throws SealedStorageException;
    }

    static Stream<WrongOfAdmin> nullsOfAdmin() {
        Path file = Path.of("file");
        char[] passphrase = "long enough".toCharArray();
        return Stream.of(
                new WrongOfAdmin("progress", admin -> admin.verifySalvageable(null)),
                new WrongOfAdmin("drawer", admin -> admin.salvage(null, "x", file, ProgressListener.NONE)),
                new WrongOfAdmin("name", admin -> admin.salvage("d", null, file, ProgressListener.NONE)),
                new WrongOfAdmin("target", admin -> admin.salvage("d", "x", null, ProgressListener.NONE)),
                new WrongOfAdmin("progress", admin -> admin.salvage("d", "x", file, null)),
                new WrongOfAdmin("archive", admin -> admin.backup(null, passphrase, ProgressListener.NONE)),
                new WrongOfAdmin("passphrase", admin -> admin.backup(file, null, ProgressListener.NONE)),
                new WrongOfAdmin("progress", admin -> admin.backup(file, passphrase, null)),
                new WrongOfAdmin("archive", admin -> admin.restore(null, passphrase, true, ProgressListener.NONE)),
                new WrongOfAdmin("passphrase", admin -> admin.restore(file, null, true, ProgressListener.NONE)),
                new WrongOfAdmin("progress", admin -> admin.restore(file, passphrase, true, null)));
    }

    @ParameterizedTest
    @MethodSource("nullsOfAdmin")
    void givenNullWhenAnAdministratorPassesItThenTheParameterIsNamedAndTheTeeIsNotAsked(WrongOfAdmin wrong) {
        SealedStorageAdmin admin = bundles.admin("org.example.admin");
        NullPointerException refused =
                assertThrows(NullPointerException.class, () -> wrong.use().of(admin));
        assertEquals(wrong.parameter(), refused.getMessage());
        assertEquals(0, tee.contextsEverOpened());
    }

    @Test
    void givenAThreadThatIsInterruptedInTheStepThatDecidesThenTheOutcomeIsNotKnown() {
        TeeException noAnswer = new TeeException(TeeResult.ERROR, "no answer");
        Thread.currentThread().interrupt();
        SealedStorageException failure = Explanation.ofDecision(new NamedObject("", "x"), "sealed", noAnswer);
        assertTrue(Thread.interrupted());
        assertEquals(Reason.OUTCOME_UNKNOWN, failure.reason());
        assertEquals(
                "it is not known whether 'x' was sealed, the list of what is sealed tells: interrupted",
                failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "'a\nb', a\\u000ab",
        "'\u0000', \\u0000",
        "'\ud800', \\ud800",
    })
    void givenANameThatIsNoneWhenItIsRefusedThenItIsShownInOneLine(String name, String shown) {
        for (Executable use : List.<Executable>of(
                () -> client.seal(name, InputStream.nullInputStream(), ProgressListener.NONE),
                () -> client.unseal(name, folder.resolve("target"), ProgressListener.NONE),
                () -> client.remove(name))) {
            assertFails(Reason.INVALID_NAME, "'" + shown + "' cannot be the name of a sealed object: it ", use);
        }
    }

    @Test
    void givenATextThatIsNoNameForADrawerWhenItIsRefusedThenItIsCalledThat() {
        String refusal = "'a\\u000ab' cannot be the name of a drawer: it must not contain control characters";
        assertFails(Reason.INVALID_NAME, refusal, () -> client.drawer("a\nb"));
        assertFails(Reason.INVALID_NAME, refusal, () -> client.takeFrom("a\nb", "x"));
        SealedStorageAdmin admin = bundles.admin("org.example.admin");
        Path target = folder.resolve("target");
        assertFails(Reason.INVALID_NAME, refusal, () -> admin.salvage("a\nb", "x", target, ProgressListener.NONE));
    }

    @Test
    void givenAnEndlessNameWhenItIsRefusedThenItsBeginningIsShown() {
        String beginning = "'" + "x".repeat(255) + "...' cannot be the name";
        assertFails(Reason.INVALID_NAME, beginning, () -> client.remove("x".repeat(1_000_000)));
    }

    @ParameterizedTest
    @CsvSource({"a\u2028b, a\\u2028b", "a\u202eb, a\\u202eb", "a\u200bb, a\\u200bb", "\ud83d\udc22, \ud83d\udc22"})
    void givenANameThatWouldTurnOrBreakItsLineThenItIsANameAndIsShownInItsParts(String name, String shown)
            throws Exception {
        seal(name);
        assertEquals(List.of(name), names());
        assertTrue(client.remove(name));
        Path target = folder.resolve("target");
        String message = "nothing is sealed as '" + shown + "'";
        assertFails(Reason.NOT_FOUND, message, () -> client.unseal(name, target, ProgressListener.NONE));
    }

    @Test
    void givenAnotherDrawerWhenSomethingIsRefusedThenItIsNamed() {
        SealedStorage common = assertDoesNotThrow(() -> client.drawer("common"));
        assertFails(Reason.NOT_FOUND, "nothing is sealed as 'x' in drawer 'common'", () -> common.read("x"));
        assertFails(Reason.NOT_FOUND, "nothing is sealed as 'x' in drawer 'common'", () -> common.rename("x", "y"));
        assertFails(
                Reason.NOT_FOUND, "nothing is sealed as 'x' in drawer 'common'", () -> client.takeFrom("common", "x"));
        assertFails(
                Reason.NOT_PERMITTED,
                "does not let this bundle use the list of sealed objects in drawer 'photos'; the operator says who may"
                        + " use which drawers, by drawers of org.ermine.tee.ta.sealedstorage",
                () -> client.drawer("photos").list());
    }

    @Test
    void givenADrawerThatIsFullThenTheOptionsAreNamed() {
        TeeException full = new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_DRAWER_FULL), "full");
        assertEquals(
                "there is no room for 'x': its drawer has as many objects or bytes as the operator allows it, by"
                        + " maxObjectsPerDrawer and maxPerDrawerMiB of org.ermine.tee.ta.sealedstorage",
                Explanation.ofObject(new NamedObject("", "x"), full).getMessage());
    }

    @Test
    void givenAnInterruptedThreadThenItIsToldThatNothingWasChanged() {
        Thread.currentThread().interrupt();
        assertFails(Reason.INTERRUPTED, "interrupted; nothing was changed", client::list);
        assertTrue(Thread.interrupted());
    }

    @Test
    void givenTwoNormalFormsOfOneTextThenTheyAreTwoNames() throws Exception {
        seal("\u00e9");
        seal("e\u0301");
        assertEquals(2, client.list().size());
        assertTrue(client.remove("\u00e9"));
        assertEquals(List.of("e\u0301"), names());
    }

    @Test
    void givenASourceThatFailsWithoutAMessageThenItsFailureIsNamed() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException();
            }
        };
        String message = "reading what is to be sealed failed: java.io.IOException without a message";
        assertFails(Reason.SOURCE_UNREADABLE, message, () -> client.seal("x", failing, ProgressListener.NONE));
    }

    @Test
    void givenADeviceThatGoesWhenSomethingIsSealedThenItIsToldToHaveFailedOnlyIfItHas() throws Exception {
        int unknown = 0;
        for (boolean answersLost : new boolean[] {false, true}) {
            for (int invocations = 0; invocations < 8; invocations++) {
                unknown += sealWithoutTheEnd(invocations, answersLost) ? 1 : 0;
            }
        }
        assertEquals(2, unknown, "once before and once after it took effect");
    }

    /** @return whether the client did not know what had happened */
    private boolean sealWithoutTheEnd(int invocations, boolean answersLost) throws Exception {
        client.list();
        if (answersLost) {
            tee.goWithoutAnAnswerAfter(invocations);
        } else {
            tee.goAfter(invocations);
        }
        Reason reason = outcome(() -> seal("x"));
        tee.comeBack();
        boolean sealed = client.remove("x");
        if (reason == Reason.OUTCOME_UNKNOWN) {
            assertEquals(answersLost, sealed);
            return true;
        }
        assertEquals(reason == null, sealed, () -> "it was said: " + reason);
        return false;
    }

    @Test
    void givenADeviceThatGoesWhenSomethingIsRemovedThenItIsNotToldToHaveFailedIfItHasNot() throws Exception {
        seal("x");
        int question = 1;
        tee.goWithoutAnAnswerAfter(question);
        assertFails(
                Reason.OUTCOME_UNKNOWN,
                "it is not known whether 'x' was removed, the list of what is sealed tells: the TEE went away",
                () -> client.remove("x"));
        tee.comeBack();
        assertFalse(client.remove("x"));
    }

    private void seal(String name) throws SealedStorageException {
        client.seal(name, new ByteArrayInputStream(SECRET), ProgressListener.NONE);
    }

    private List<String> names() throws SealedStorageException {
        return client.list().stream().map(SealedEntry::name).toList();
    }

    private interface Operation {
        void run() throws SealedStorageException;
    }

    private static Reason outcome(Operation operation) {
        try {
            operation.run();
            return null;
        } catch (SealedStorageException e) {
            return e.reason();
        }
    }

    private static void assertFails(Reason reason, String part, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
}
