// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.ermine.tee.ta.sealedstorage.SealedStorageProtocol.ERROR_ASSOCIATED_DATA;
import static org.ermine.tee.ta.sealedstorage.SealedStorageProtocol.ERROR_DRAWER_FULL;
import static org.ermine.tee.ta.sealedstorage.SealedStorageProtocol.ERROR_EXISTS;
import static org.ermine.tee.ta.sealedstorage.SealedStorageProtocol.ERROR_INVALID_NAME;
import static org.ermine.tee.ta.sealedstorage.SealedStorageProtocol.ERROR_NOT_FOUND;
import static org.ermine.tee.ta.sealedstorage.SealedStorageProtocol.ERROR_NOT_PERMITTED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerRules;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walls between clients. */
@Timeout(60)
class DrawersTest {

    private static final TrustedClient WALLET = new TrustedClient(7, "com.example.wallet");
    private static final TrustedClient MAIL = new TrustedClient(8, "com.example.mail");
    private static final TrustedClient NAMELESS = new TrustedClient(1000, "");

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final AtomicReference<DrawerLimits> limits = new AtomicReference<>(DrawerLimits.USUAL);
    private final TestClient client = TestClient.start(environment, limits::get);

    private void rules(String text) {
        DrawerLimits before = limits.get();
        limits.set(new DrawerLimits(DrawerRules.parse(text), before.maxObjects(), before.maxBytes()));
    }

    private TestClient as(TrustedClient trusted) {
        environment.client(trusted);
        return client;
    }

    @Test
    @DisplayName(
            "ERM-16: given what one client sealed, when another lists, reads, replaces or removes, then it is not even "
                    + "there")
    void walls() throws TeeException {
        as(WALLET).seal("key", new byte[] {1});
        TestClient mail = as(MAIL);
        assertEquals(Map.of(), mail.list());
        assertEquals(ERROR_NOT_FOUND, Failures.codeOf(() -> mail.find("key")));
        assertEquals(ERROR_NOT_FOUND, Failures.codeOf(() -> mail.open("key")));
        assertEquals(ERROR_NOT_FOUND, Failures.codeOf(() -> mail.remove("key")));
        assertEquals(ERROR_NOT_FOUND, Failures.codeOf(() -> mail.in("").rename("key", "", "other")));
        mail.createNew("key").released();
        mail.seal("key", new byte[] {2, 2});
        as(WALLET);
        assertArrayEquals(new byte[] {1}, client.unseal("key"));
        assertArrayEquals(new byte[] {1}, client.in("").unseal("key"));
        assertEquals(Map.of("key", 1L), client.list());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle/com.example.wallet", "uid/1000", "photos", "bundle/", "*"})
    @DisplayName(
            "ERM-16: given a drawer that no rule lets a client use, when it names it, then each operation is refused")
    void notPermitted(String drawer) throws TeeException {
        as(WALLET).seal("key", new byte[] {1});
        as(NAMELESS).seal("key", new byte[] {1});
        as(MAIL).seal("own", new byte[3]);
        TestClient other = client.in(drawer);
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(other::list));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> other.find("key")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> other.open("key")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> other.create("key")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> other.createNew("new")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> other.remove("key")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> other.rename("key", "", "stolen")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.in("").rename("own", drawer, "key")));
        assertEquals(Map.of("own", 3L), client.list());
    }

    @Test
    @DisplayName("ERM-16: given nobody knows who invokes, then no drawer is open, not even the common one")
    void unknown() throws TeeException {
        as(WALLET).in("common").seal("x", new byte[1]);
        environment.nobody();
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(client::list));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.open("x")));
        assertEquals(
                ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.in("common").open("x")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.in("").create("x")));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.drawers(4096)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "a\u0000b", "a\nb"})
    @DisplayName("ERM-16: given a client whose name could pass for a key of another's drawer, then it has no drawer")
    void misleading(String name) throws TeeException {
        as(WALLET).seal("key", new byte[1]);
        as(new TrustedClient(9, name));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(client::list));
        as(new TrustedClient(9, "com.example.wallet\u0000key"));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(client::list));
        as(new TrustedClient(9, "n".repeat(300)));
        assertEquals(ERROR_NOT_PERMITTED, Failures.codeOf(client::list));
    }

    @Test
    void givenClientsThatTellTheSameNameOrNoneThenTheDrawerIsThatOfTheNameOrTheUid() throws TeeException {
        as(WALLET).seal("key", new byte[1]);
        assertEquals(
                Map.of("key", 1L),
                as(new TrustedClient(70, WALLET.packageName())).list());
        as(NAMELESS).seal("theirs", new byte[2]);
        assertEquals(Map.of("theirs", 2L), as(NAMELESS).list());
        assertEquals(Map.of(), as(new TrustedClient(1001, "")).list());
        assertEquals(Map.of(), as(new TrustedClient(1001, "uid/1000")).list());
    }

    @Test
    void givenRulesThenTheyLetInWhomTheyNameAndAChangeKeepsOutAtOnce() throws TeeException {
        rules("com.example.*: photos, music; com.example.mail: bundle/com.example.wallet; shell: *");
        as(WALLET).seal("key", new byte[1]);
        client.in("photos").seal("cat", new byte[5]);
        assertEquals(Map.of("key", 1L), as(MAIL).in("bundle/com.example.wallet").list());
        assertEquals(Map.of("cat", 5L), client.in("photos").list());
        assertEquals(
                ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.in("common").list()));
        as(new TrustedClient(9, "shell"));
        assertEquals(
                Map.of("bundle/com.example.wallet", List.of(1L, 1L), "photos", List.of(1L, 5L)), client.drawers(4096));
        assertEquals(Map.of("cat", 5L), client.in("photos").list());
        as(NAMELESS);
        assertEquals(
                ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.in("photos").list()));
        as(MAIL);
        rules("com.example.wallet: photos");
        assertEquals(
                ERROR_NOT_PERMITTED, Failures.codeOf(() -> client.in("photos").open("cat")));
        assertEquals(Map.of(), client.drawers(4096));
    }

    @Test
    void givenManyDrawersWhenTheyAreListedPageByPageThenThoseOfTheClientAreTold() throws TeeException {
        rules("*: d1*");
        as(WALLET);
        rules("com.example.wallet: *; com.example.mail: d1*");
        for (int i = 0; i < 20; i++) {
            client.in("d" + i).seal("x", new byte[i]);
        }
        assertEquals(20, client.drawers(64).size());
        as(MAIL);
        assertEquals(11, client.drawers(64).size());
        assertEquals(List.of(1L, 17L), client.drawers(64).get("d17"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "LONG", "keys/x", "/"})
    void givenATextThatIsNoNameForADrawerThenItIsRefusedAsThat(String name) {
        String drawer = name.replace("LONG", "n".repeat(256));
        assertEquals(ERROR_INVALID_NAME, Failures.codeOf(() -> client.in(drawer).list()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x:", ": y", "x: ,", "x: y,", "x y: z", "x: y; z"})
    void givenATextThatIsNoRuleThenItIsNotTaken(String text) {
        try {
            DrawerRules.parse(text);
        } catch (IllegalArgumentException e) {
            assertEquals(
                    true, e.getMessage().contains("is no rule: expected BUNDLES: DRAWER, DRAWER..."), e.getMessage());
            return;
        }
        throw new AssertionError(text + " was taken");
    }

    @Test
    void givenAnObjectThatIsRenamedThenItIsThereUnderTheNewNameOnlyAlsoAfterARestart() throws TeeException {
        client.seal("old", Contents.random(1, 200));
        client.seal("replaced", new byte[9]);
        TrustedObject reader = client.open("replaced");
        TestClient own = client.in("");
        assertEquals(ERROR_EXISTS, Failures.codeOf(() -> own.renameNew("old", "", "replaced")));
        assertEquals(ERROR_EXISTS, Failures.codeOf(() -> own.renameNew("old", "", "old")));
        assertEquals(ERROR_NOT_FOUND, Failures.codeOf(() -> own.rename("none", "", "new")));
        own.rename("old", "", "old");
        own.rename("old", "", "replaced");
        assertArrayEquals(new byte[9], TestClient.readAll(reader));
        reader.released();
        own.renameNew("replaced", "common", "shared");
        assertEquals(Map.of(), client.list());
        TestClient restarted = TestClient.start(environment);
        assertEquals(Map.of(), restarted.list());
        assertArrayEquals(Contents.random(1, 200), restarted.in("common").unseal("shared"));
        restarted.seal("new", new byte[1]);
        restarted.in("common").remove("shared");
        assertEquals(1, storage.segments().size(), "what was replaced is gone");
    }

    @Test
    @DisplayName(
            "ERM-23: given a drawer with as many objects as it may have, then only that one is full, and it can be "
                    + "emptied")
    void fullOfObjects() throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 2, 1000));
        as(WALLET).seal("a", new byte[1]);
        client.seal("b", new byte[1]);
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> client.create("c")));
        client.seal("b", new byte[2]);
        as(MAIL).seal("c", new byte[1]);
        client.in("common").seal("c", new byte[1]);
        as(WALLET);
        assertEquals(
                ERROR_DRAWER_FULL, Failures.codeOf(() -> client.in("common").rename("c", "", "c")));
        client.in("common").rename("c", "", "b");
        client.remove("a");
        client.seal("c", new byte[1]);
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 1, 1000));
        client.seal("c", new byte[3]);
        assertEquals(Map.of("b", 1L, "c", 3L), client.list());
    }

    @Test
    @DisplayName(
            "ERM-23: given writers that begin beside each other, when both commit, then a drawer gets no more than it "
                    + "may")
    void fullMeanwhile() throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 1, 1000));
        TrustedObject first = client.create("a");
        TrustedObject second = client.create("b");
        TestClient.commit(first);
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.commit(second)));
        second.released();
        client.remove("a");
        client.seal("c", new byte[1]);
        assertEquals(1, storage.segments().size());
    }

    @ParameterizedTest(name = "{0} and then {1} more, of {2}")
    @CsvSource({"100, 1, 100", "40, 61, 100", "0, 101, 100"})
    @DisplayName("ERM-23: given a drawer with as many bytes as it may have, then no more are written to it")
    void fullOfBytes(int present, int more, int most) throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 10, most));
        client.seal("a", new byte[present]);
        TrustedObject writer = client.create("b");
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.write(writer, new byte[more])));
        writer.released();
        client.seal("a", new byte[most]);
        client.seal("b", new byte[0]);
        client.in("common").seal("b", new byte[most]);
        assertEquals(
                ERROR_DRAWER_FULL, Failures.codeOf(() -> client.in("common").rename("b", "", "c")));
        assertEquals(Map.of("a", (long) most, "b", 0L), client.list());
    }

    @Test
    @DisplayName(
            "ERM-23: given what is said of objects, and what they are bound to, then that takes room in their drawer "
                    + "too")
    void metadataTakesRoom() throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 10, 100));
        TrustedObject first = client.create("a");
        first.invoke(SealedStorageProtocol.WRITER_DESCRIBE, new DirectArguments().in(new byte[60]));
        TestClient.write(first, new byte[40]);
        TrustedObject second = client.create("b");
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.write(second, new byte[1])));
        TestClient.commit(first);
        second.invoke(SealedStorageProtocol.WRITER_BIND, new DirectArguments().in(new byte[1]));
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.commit(second)));
        second.released();
        client.remove("a");
        TrustedObject third = client.create("b");
        TestClient.write(third, new byte[68]);
        third.invoke(SealedStorageProtocol.WRITER_BIND, new DirectArguments().in(new byte[1]));
        TestClient.commit(third);
        TestClient restarted = TestClient.start(environment, limits::get);
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> restarted.seal("c", new byte[1])));
    }

    @Test
    @DisplayName("ERM-23: given what is being written to a drawer, then it takes room there until it is given up")
    void unfinished() throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 10, 100));
        TrustedObject first = client.create("a");
        TestClient.write(first, new byte[90]);
        TrustedObject second = client.create("b");
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.write(second, new byte[11])));
        second.released();
        client.in("common").seal("b", new byte[100]);
        TestClient.abort(first);
        client.seal("b", new byte[100]);
    }

    @Test
    @DisplayName(
            "ERM-23: given a write that a drawer has no room for, when it is refused, then it takes none from others")
    void refusedTakesNoRoom() throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 10, 100));
        TrustedObject first = client.create("a");
        TrustedObject second = client.create("b");
        TestClient.write(first, new byte[60]);
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.write(second, new byte[50])));
        TestClient.write(first, new byte[30]);
        TestClient.write(second, new byte[10]);
        TestClient.commit(first);
        TestClient.commit(second);
        assertEquals(Map.of("a", 90L, "b", 10L), client.list());
    }

    @Test
    @DisplayName("ERM-23: given a drawer that is full, when its objects are replaced beside each other, then none is "
            + "refused")
    void replacedBesideEachOther() throws TeeException {
        limits.set(new DrawerLimits(DrawerLimits.USUAL.rules(), 10, 100));
        client.seal("a", new byte[50]);
        client.seal("b", new byte[50]);
        TrustedObject first = client.create("a");
        TrustedObject second = client.create("b");
        TestClient.write(first, new byte[50]);
        TestClient.write(second, new byte[50]);
        TrustedObject again = client.create("a");
        assertEquals(ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.write(again, new byte[1])));
        again.released();
        TestClient.commit(first);
        TestClient.commit(second);
        assertEquals(Map.of("a", 50L, "b", 50L), client.list());
    }

    @Test
    void givenAnObjectThatIsBoundThenItIsReadByWhoSaysWhatItIsBoundToOnly() throws TeeException {
        TrustedObject writer = client.create("x");
        writer.invoke(SealedStorageProtocol.WRITER_BIND, new DirectArguments().in(TestClient.utf8("account 7")));
        TestClient.write(writer, new byte[40]);
        TestClient.commit(writer);
        writer.released();
        client.in("").rename("x", "", "y");
        TestClient restarted = TestClient.start(environment);
        TrustedObject reader = restarted.open("y");
        assertEquals(ERROR_ASSOCIATED_DATA, Failures.codeOf(() -> TestClient.read(reader, 0, 40)));
        assertEquals(ERROR_ASSOCIATED_DATA, Failures.codeOf(() -> bind(reader, "account 8")));
        assertEquals(ERROR_ASSOCIATED_DATA, Failures.codeOf(() -> bind(reader, "")));
        assertEquals(ERROR_ASSOCIATED_DATA, Failures.codeOf(() -> TestClient.read(reader, 0, 40)));
        bind(reader, "account 7");
        assertArrayEquals(new byte[40], TestClient.readAll(reader));
        restarted.seal("free", new byte[1]);
        TrustedObject free = restarted.open("free");
        assertEquals(ERROR_ASSOCIATED_DATA, Failures.codeOf(() -> bind(free, "account 7")));
        bind(free, "");
        assertArrayEquals(new byte[1], TestClient.readAll(free));
    }

    private static void bind(TrustedObject reader, String data) throws TeeException {
        reader.invoke(SealedStorageProtocol.READER_BIND, new DirectArguments().in(TestClient.utf8(data)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024})
    void givenAnObjectThatIsDescribedThenTheDescriptionGoesWithItAlsoAfterARestart(int size) throws TeeException {
        byte[] description = Contents.random(size, size);
        for (int i = 0; i < 12; i++) {
            TrustedObject writer = client.create("object " + i);
            writer.invoke(SealedStorageProtocol.WRITER_DESCRIBE, new DirectArguments().in(description));
            TestClient.commit(writer);
            writer.released();
        }
        client.in("").rename("object 3", "", "other");
        TestClient restarted = TestClient.start(environment);
        assertArrayEquals(description, restarted.description("other"));
        assertArrayEquals(description, restarted.description("object 11"));
        restarted.seal("other", new byte[1]);
        assertArrayEquals(new byte[0], restarted.description("other"));
        assertEquals(12, restarted.in("").list(1400).size());
        TrustedObject writer = client.create("x");
        assertEquals(
                TeeResult.SIZE_IN.code(),
                Failures.codeOf(() -> writer.invoke(
                        SealedStorageProtocol.WRITER_DESCRIBE, new DirectArguments().in(new byte[1025]))));
    }
}
