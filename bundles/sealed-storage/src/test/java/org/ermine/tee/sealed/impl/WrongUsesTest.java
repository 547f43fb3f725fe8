// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method of sealed storage, used wrongly in every way: it fails as it is documented to, the message names what
 * was wrong, in one line, and nothing was changed.
 */
@Timeout(120)
class WrongUsesTest {

    private static final String BUNDLE = "org.example.client";
    private static final byte[] SECRET = {1, 2, 3};

    /** What nobody wants to read: a message that is not there, the name of an object in memory. */
    private static final Pattern BAD = Pattern.compile("null|\\R|\\p{Cntrl}|@[0-9a-f]{5,}|: *$|^ |  ");

    /** They ask nothing of the application before there is a whole chunk, or a commit. */
    private static final Set<String> LATE = Set.of("create");
    /** They ask nothing of the TEE. */
    private static final Set<String> LOCAL = Set.of("drawer", "boundTo");
    /** They change what is sealed; {@code create} and {@code createNew} not before the commit. */
    private static final Set<String> CHANGING = Set.of("seal", "sealNew", "rename", "renameNew", "takeFrom", "remove");

    @TempDir
    Path folder;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final FakeTee tee = new FakeTee(environment);
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client(BUNDLE);
    private final SealedStorageAdminClient admin = bundles.admin(TestBundles.ADMINISTRATOR);

    @BeforeEach
    void seal() throws IOException {
        environment.client(new TrustedClient(1, SealedStorageProtocol.KEEPER));
        client.seal(Use.KEPT, SECRET);
        client.drawer("common").seal(Use.SHARED, SECRET);
        client.remove(Use.FREE);
        Files.write(folder.resolve(Use.SOURCE), SECRET);
        Files.createDirectory(folder.resolve("folder"));
    }

    @AfterEach
    void nothingIsLeftOpen() {
        bundles.close();
        assertEquals(0, tee.openContexts() + tee.openObjects(), "left open");
    }

    /** What there is: objects and files, with their contents. */
    private List<String> present() throws IOException {
        List<String> present = new ArrayList<>();
        for (SealedStorage drawer : List.of(client, client.drawer("common"))) {
            for (SealedEntry each : drawer.list()) {
                present.add(each + " " + Arrays.toString(drawer.read(each.name())));
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted().map(Path::toString).forEach(present::add);
        }
        return present;
    }

    private static String requireGood(Throwable failure) {
        String message = failure.getMessage();
        assertNotNull(message, failure.toString());
        assertTrue(!message.isBlank() && !BAD.matcher(message).find(), "the message: " + message);
        return message;
    }

    private void assertFails(Use use, Object service, Reason reason, String part) {
        Throwable thrown = assertThrows(Throwable.class, () -> use.on(service, folder));
        SealedStorageException failure = assertInstanceOf(SealedStorageException.class, thrown);
        String message = requireGood(failure);
        assertEquals(reason, failure.reason(), message);
        assertTrue(message.contains(part), message);
    }

    static Stream<Use> uses() {
        return Stream.concat(Use.of(SealedStorage.class), Use.of(SealedStorageAdmin.class));
    }

    private Object service(Use use) {
        return use.method().getDeclaringClass() == SealedStorage.class ? client : admin;
    }

    // ---- Wrong arguments.

    static Stream<Use> nulls() {
        return uses().flatMap(use -> use.wrongIn(Object.class, null));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void givenNullThenTheParameterIsNamed(Use use) throws Exception {
        List<String> before = present();
        NullPointerException refused = assertThrows(NullPointerException.class, () -> use.on(service(use), folder));
        assertEquals(use.wrongParameter(), refused.getMessage());
        assertEquals(before, present());
    }

    static Stream<Arguments> names() {
        List<String> wrong = List.of(
                "",
                "x".repeat(256),
                "\u00e9".repeat(128),
                "a\nb",
                "\u0000",
                "a\u0085b",
                "\ud800",
                "x".repeat(1_000_000));
        return uses().flatMap(use -> wrong.stream().flatMap(name -> use.wrongIn(String.class, name)))
                .filter(use -> !isOwnDrawer(use))
                .map(use -> Arguments.of(use, ObjectNames.quote((String) use.wrongValue())));
    }

    /** An empty name of a drawer is the bundle's own, but to an administrator. */
    private static boolean isOwnDrawer(Use use) {
        boolean ofDrawer = use.wrongParameter().equals("drawer") || use.name().equals("drawer");
        return "".equals(use.wrongValue()) && ofDrawer && !use.name().equals("salvage");
    }

    @ParameterizedTest
    @MethodSource("names")
    void givenATextThatIsNoNameThenItIsShown(Use use, String shown) throws Exception {
        List<String> before = present();
        assertFails(use, service(use), Reason.INVALID_NAME, shown + " cannot be the name of ");
        assertEquals(before, present());
    }

    static Stream<Arguments> files() {
        return uses().flatMap(use -> use.wrongIn(Path.class, null))
                .flatMap(use -> wrongFiles(use).map(file -> Arguments.of(use, file)));
    }

    /** From the folder, which has a file and a folder. */
    private static Stream<String> wrongFiles(Use use) {
        Stream<String> always =
                Stream.of("folder", "source/below", "/", "/dev/zero", "", "x".repeat(300), "/proc/none/x");
        return use.wrongParameter().equals("target") || use.name().equals("backup")
                ? Stream.concat(always, Stream.of("missing/x", "folder/../missing/x", "/proc/x"))
                : Stream.concat(always, Stream.of("missing", "a\nb"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void givenAFileThatIsNoneThenItIsNamed(Use use, String file) throws Exception {
        List<String> before = present();
        Path path = file.isEmpty() ? Path.of("") : folder.resolve(file);
        boolean target = use.wrongParameter().equals("target") || use.name().equals("backup");
        String shown = file.contains("\n") ? "a\\u000ab" : path.toAbsolutePath().toString();
        Use wrong = new Use(use.method(), use.wrong(), path);
        assertFails(wrong, service(use), target ? Reason.TARGET_UNWRITABLE : Reason.SOURCE_UNREADABLE, shown);
        assertEquals(before, present());
    }

    static Stream<Use> passphrases() {
        return uses().flatMap(use ->
                Stream.of("", "1234567").flatMap(passphrase -> use.wrongIn(char[].class, passphrase.toCharArray())));
    }

    @ParameterizedTest
    @MethodSource("passphrases")
    void givenAPassphraseThatIsTooShortThenTheShortestIsTold(Use use) throws Exception {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> use.on(admin, folder));
        assertTrue(requireGood(refused).endsWith(" characters, not 8 or more"), refused.getMessage());
    }

    // ---- Objects that are there or not.

    static Stream<Use> usesOfMissing() {
        return uses().flatMap(use -> use.wrongIn(String.class, "missing"))
                .filter(use -> use.wrongParameter().equals("name"))
                .filter(use -> Set.of(
                                "read", "open", "openChannel", "unseal", "rename", "renameNew", "takeFrom", "salvage")
                        .contains(use.name()));
    }

    @ParameterizedTest
    @MethodSource("usesOfMissing")
    void givenNoObjectOfThatNameThenThatIsSaid(Use use) throws Exception {
        List<String> before = present();
        assertFails(use, service(use), Reason.NOT_FOUND, "nothing is sealed as 'missing'");
        assertEquals(before, present());
    }

    static Stream<Use> usesOfPresent() {
        return uses().filter(use -> use.name().endsWith("New"))
                .flatMap(use -> use.wrongIn(String.class, Use.KEPT))
                .filter(use ->
                        !use.name().equals("renameNew") || use.wrongParameter().equals("newName"));
    }

    @ParameterizedTest
    @MethodSource("usesOfPresent")
    void givenAnObjectOfThatNameWhereNoneIsToBeThenThatIsSaid(Use use) throws Exception {
        List<String> before = present();
        assertFails(use, client, Reason.ALREADY_EXISTS, "something is sealed as 'kept' already");
        assertEquals(before, present());
    }

    // ---- Wrong moments.

    private interface Trouble {
        void begin(WrongUsesTest test);
    }

    private record Moment(String name, Reason reason, String part, Trouble trouble, Trouble end) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Moment> MOMENTS = List.of(
            new Moment(
                    "interrupted before",
                    Reason.INTERRUPTED,
                    "interrupted; nothing was changed",
                    test -> Thread.currentThread().interrupt(),
                    test -> assertTrue(Thread.interrupted(), "the status stays set")),
            new Moment(
                    "no device",
                    Reason.NO_TEE,
                    "no QTEE is present",
                    test -> test.bundles.unsetDevice(test.tee),
                    test -> test.bundles.setDevice(test.tee)),
            new Moment(
                    "the device goes",
                    Reason.NO_TEE,
                    "the TEE went away",
                    test -> test.tee.goAfter(0),
                    test -> test.tee.comeBack()),
            new Moment(
                    "the right was withdrawn",
                    Reason.NOT_PERMITTED,
                    "the TEE may not be used: the bundle has no right to it",
                    WrongUsesTest::withdraw,
                    test -> test.tee.permitted(true)),
            new Moment(
                    "no application",
                    Reason.NO_APPLICATION,
                    SealedStorageProtocol.TA_NAME + " is not deployed",
                    WrongUsesTest::undeploy,
                    test -> test.tee.deployApplication()),
            new Moment(
                    "nobody serves the TEE",
                    Reason.NO_HANDLER,
                    "nobody serves the TEE: no supplicant is running",
                    test -> test.tee.served(false),
                    test -> test.tee.served(true)));

    private void withdraw() {
        tee.permitted(false);
        tee.closeContexts();
    }

    private void undeploy() {
        tee.undeployApplication();
        tee.closeContexts();
    }

    static Stream<Arguments> moments() {
        return uses().filter(use -> !LOCAL.contains(use.name()))
                .flatMap(use -> MOMENTS.stream().map(moment -> Arguments.of(use, moment)));
    }

    @ParameterizedTest
    @MethodSource("moments")
    void givenAMomentAtWhichNothingCanBeDoneThenThatIsSaid(Use use, Moment moment) throws Exception {
        List<String> before = present();
        moment.trouble().begin(this);
        assertFails(use, service(use), moment.reason(), moment.part());
        moment.end().begin(this);
        assertEquals(before, present());
    }

    static Stream<Use> notLocal() {
        return uses().filter(use -> !LOCAL.contains(use.name()));
    }

    @ParameterizedTest
    @MethodSource("notLocal")
    void givenAServiceThatWasGivenBackThenItIsOfNoUse(Use use) throws Exception {
        List<String> before = present();
        SealedStorageClient own = bundles.client("org.example.gone");
        SealedStorageAdminClient ownAdmin = bundles.admin("org.example.gone");
        own.deactivate();
        ownAdmin.deactivate();
        Object service = service(use) == client ? own : ownAdmin;
        assertFails(use, service, Reason.CLOSED, "org.example.gone has stopped, or given ");
        assertEquals(before, present());
    }

    static Stream<Use> ofADrawer() {
        return Use.of(SealedStorage.class)
                .filter(use -> !LOCAL.contains(use.name()))
                .filter(use -> !LATE.contains(use.name()))
                .filter(use -> !use.name().equals("drawers"));
    }

    @ParameterizedTest
    @MethodSource("ofADrawer")
    void givenADrawerThatTheBundleMayNotUseThenItIsNamed(Use use) throws Exception {
        List<String> before = present();
        environment.client(new TrustedClient(1, BUNDLE));
        String named = use.name().equals("takeFrom") ? "'shared' in drawer 'common'" : "drawer 'photos'";
        assertFails(use, client.drawer("photos"), Reason.NOT_PERMITTED, named);
        environment.client(new TrustedClient(1, SealedStorageProtocol.KEEPER));
        assertEquals(before, present());
    }

    static Stream<Use> ofAdministrators() {
        return Use.of(SealedStorageAdmin.class);
    }

    @ParameterizedTest
    @MethodSource("ofAdministrators")
    void givenABundleThatIsNoAdministratorThenItAndTheOptionAreNamed(Use use) throws Exception {
        List<String> before = present();
        assertFails(
                use,
                bundles.admin(BUNDLE),
                Reason.NOT_PERMITTED,
                BUNDLE + " may not do what concerns all that is sealed: it is none of administrators of"
                        + " org.ermine.tee.sealedstorage");
        assertEquals(before, present());
    }

    private static final Map<Integer, Reason> OF_WRITES = Map.of(
            28,
            Reason.STORAGE_FULL,
            122,
            Reason.STORAGE_FULL,
            30,
            Reason.READ_ONLY,
            13,
            Reason.STORAGE_DENIED,
            5,
            Reason.STORAGE_FAILED);

    static Stream<Arguments> failingWrites() {
        return Use.of(SealedStorage.class)
                .filter(use -> CHANGING.contains(use.name()))
                .flatMap(use -> OF_WRITES.keySet().stream().sorted().map(errno -> Arguments.of(use, errno)));
    }

    @ParameterizedTest
    @MethodSource("failingWrites")
    void givenAStoreThatCannotBeWrittenThenTheReasonIsTold(Use use, int errno) throws Exception {
        List<String> before = present();
        storage.failWrites(errno);
        Map<String, String> others = Map.of("sealNew", Use.FREE, "takeFrom", Use.SHARED);
        assertFails(use, client, OF_WRITES.get(errno), "'" + others.getOrDefault(use.name(), Use.KEPT) + "'");
        storage.failWrites(0);
        assertEquals(before, present());
    }

    @Test
    void givenAStoreThatCanOnlyBeReadThenItCanBeRead() throws Exception {
        storage.failWrites(30);
        assertEquals(SECRET.length, client.read(Use.KEPT).length);
        assertEquals(1, client.list().size());
        client.unseal(Use.KEPT, folder.resolve(Use.TARGET));
    }

    static Stream<Use> askingTheApplication() {
        return Use.of(SealedStorage.class)
                .filter(use -> !LOCAL.contains(use.name()))
                .filter(use -> !LATE.contains(use.name()));
    }

    @ParameterizedTest
    @MethodSource("askingTheApplication")
    void givenNoHandlerOfFilesWhenTheApplicationStartsThenThatIsSaid(Use use) throws Exception {
        List<String> before = present();
        undeploy();
        tee.deployApplication();
        storage.deployed(false);
        assertFails(use, client, Reason.NO_HANDLER, "no handler stores files for the TEE");
        storage.deployed(true);
        assertEquals(before, present());
    }
}
