// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * Ermine is installed in a plain Karaf, used there and taken out again, as its operator does it: by commands and files.
 * The tests touch no class of Ermine, or they would be refreshed with it.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class KarafIT {

    private static final String FILE_HANDLER = "org.ermine.tee.supplicant.gpfs";
    private static final String README_HANDLER = "org.ermine.tee.itests.readme-handler";
    private static final String PROCESSORS = "org.example.processors.Processors";
    private static final String ACCESS = "org.apache.karaf.command.acl.tee";

    /** Commands that change nothing. */
    private static final Set<String> LOOKING = new TreeSet<>(Set.of(
            "info",
            "devices",
            "contexts",
            "objects",
            "requests",
            "handlers",
            "services",
            "permissions",
            "statistics",
            "ls",
            "drawers",
            "__complete"));

    private static final String ASKING = "org.ermine.tee.itests.asking";

    /** Each needs none that comes after it. */
    private static final List<String> FEATURES = List.of(
            "ermine-api",
            "ermine-core",
            "ermine-permissions",
            "ermine-mink",
            "ermine-supplicant",
            "ermine-supplicant-time",
            "ermine-supplicant-gpfs",
            "ermine-emulator",
            "ermine-qcomtee",
            "ermine-ta-sealed-storage",
            "ermine-sealed-storage",
            "ermine-shell",
            "ermine-statistics",
            "ermine-monitor");

    @Rule
    public final Timeout timeout = Timeout.seconds(300);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Inject
    private BundleContext context;

    @Inject
    private SessionFactory console;

    /** Karaf's own folders; the test driver, which loads this class too, has none. */
    private Path base;

    private Path etc;
    private Path deploy;
    private InContainer container;
    private KarafConfiguration configuration;
    private KarafShell shell;
    private KarafLog log;

    @Configuration
    public Option[] karaf() {
        return new Option[] {KarafOptions.plainKaraf()};
    }

    @Before
    public void setUp() throws Exception {
        base = Path.of(System.getProperty("karaf.base"));
        etc = Path.of(System.getProperty("karaf.etc"));
        deploy = base.resolve("deploy");
        container = new InContainer(context);
        configuration = new KarafConfiguration(context, container);
        log = new KarafLog();
        shell = new KarafShell(console);
    }

    @After
    public void nothingIsLeft() throws Exception {
        configuration.close();
        assertEquals("bundles", List.of(), bundles());
        assertEquals("services", List.of(), services());
        InContainer.await(() -> "threads end: " + threads(), () -> threads().isEmpty());
        InContainer.await(() -> "files go: " + files(), () -> files().isEmpty());
    }

    @Test
    public void theMainJobIsDoneFromInstallationToRemoval() throws Exception {
        shell.run(KarafCommands.ADD);
        long begin = System.nanoTime();
        shell.run(KarafCommands.INSTALL + "ermine");
        awaitWork();
        System.out.println("from feature:install to sealed storage at work: " + millisSince(begin) + " ms");

        byte[] content = new byte[1_000_000];
        new Random(1).nextBytes(content);
        Path source = Files.write(path("source"), content);
        assertTrue(shell.run("tee:seal " + source).contains("sealed 'source'"));
        assertTrue(shell.run("tee:info").contains("qtee-emulator"));

        Path target = path("target");
        assertTrue(shell.run("tee:unseal source " + target).contains("unsealed 'source'"));
        assertArrayEquals(content, Files.readAllBytes(target));

        operandsAreCompleted();
        theFileHandlerIsUpdatedUnderLoad();
        aHandlerIsDroppedAndConfigured();

        uninstall("ermine");
        shell.run(KarafCommands.REMOVE);
        assertEquals("warnings", List.of(), log.warnings());
    }

    private void operandsAreCompleted() throws Exception {
        assertTrue(shell.complete("tee:unse").contains("tee:unseal"));
        assertEquals(List.of("source"), shell.complete("tee:unseal "));
        assertEquals(List.of("source"), shell.complete("unseal sou"));
        assertEquals(List.of("--force"), shell.complete("tee:unseal --f"));
        assertEquals(List.of("qtee-emulator"), shell.complete("tee:contexts q"));
        assertTrue(shell.complete("tee:seal " + folder.getRoot() + "/")
                .contains(path("source").toString()));
        assertEquals(List.of(), shell.complete("tee:devices "));
        assertTrue(shell.complete("tee:").stream().noneMatch(name -> name.contains("__")));
    }

    private void theFileHandlerIsUpdatedUnderLoad() throws Exception {
        Path source = Files.write(path("load"), new byte[600_000]);
        Path target = path("unloaded");
        Bundle fileHandler = container.bundle(FILE_HANDLER);
        try (Load load = new Load()) {
            load.with("sealing client", () -> {
                shell.run("tee:seal --force " + source);
                shell.run("tee:unseal --force load " + target);
                assertArrayEquals(Files.readAllBytes(source), Files.readAllBytes(target));
            });
            for (int round = 0; round < 3; round++) {
                load.awaitProgress();
                try (InputStream same = new FileInputStream(InContainer.jar(FILE_HANDLER))) {
                    fileHandler.update(same);
                }
                container.refresh(fileHandler);
            }
            load.awaitProgress();
            load.stop();
        }
    }

    private void aHandlerIsDroppedAndConfigured() throws Exception {
        drop(ASKING);
        InContainer.await(
                "a handler can be asked",
                () -> !output("ask:listener 0x4000 1 0").contains("not found"));
        long begin = System.nanoTime();
        drop(README_HANDLER);
        awaitProcessors();
        System.out.println("from the dropped handler to its first answer: " + millisSince(begin) + " ms");
        assertTrue(shell.run("tee:handlers").contains("0x4000"));

        configuration.write(PROCESSORS, "tee.listener.bufferSize = I\"8192\"");
        InContainer.await(
                "QTEE knows its larger buffer",
                () -> log.contains("qtee-emulator: registered listener 0x4000 with 8192 bytes"));
        awaitProcessors();

        theHandlerIsCopiedOver();
        takeBack(README_HANDLER);
        Files.delete(etc.resolve(PROCESSORS + ".cfg"));
        assertTrue(!shell.run("tee:handlers").contains("0x4000"));
        takeBack(ASKING);
    }

    private void theHandlerIsCopiedOver() throws IOException {
        long before = container.bundle(README_HANDLER).getLastModified();
        drop(README_HANDLER);
        InContainer.await(
                "the handler is updated", () -> container.bundle(README_HANDLER).getLastModified() > before);
        awaitProcessors();
    }

    /** The secure world asks the handler, and has its answer. */
    private void awaitProcessors() {
        String answer = "answer 1 " + Runtime.getRuntime().availableProcessors();
        InContainer.await(
                () -> "the handler answers: " + output("ask:listener 0x4000 1 0"),
                () -> output("ask:listener 0x4000 1 0").contains(answer));
    }

    private void drop(String symbolicName) throws IOException {
        Files.copy(InContainer.jar(symbolicName).toPath(), deploy.resolve(symbolicName + ".jar"), REPLACE_EXISTING);
    }

    private void takeBack(String symbolicName) throws IOException {
        Files.delete(deploy.resolve(symbolicName + ".jar"));
        InContainer.await(symbolicName + " is gone", () -> !hasBundle(symbolicName));
    }

    /** One after the other, but for the removal, which comes last. */
    @Test
    public void theCommandsOnThePageForOperatorsWork() throws Exception {
        Map<String, List<String>> page = OperatorsPage.commands();
        shell.run(page.get("Install").subList(0, 2));
        awaitWork();
        configuration.awaitTakenOver("org.ermine.tee.shm");
        configuration.awaitTakenOver("org.ermine.tee.permissions");
        aKeyIsLeftInTheCommonDrawer();
        shell.run(page.get("Configure"));
        InContainer.await("the option is in force", () -> output("tee:info").contains("of 512.0 MiB"));
        InContainer.await(
                "the rules are in force", () -> output("tee:permissions").contains("com.example.wallet: 3, 5000"));
        shell.run(page.get("Watch"));
        Path recording = base.resolve("ermine.jfr");
        assertTrue("the recording is empty", Files.size(recording) > 0);
        Files.delete(recording);
        awaitWork();
        assertTrue(shell.run("tee:objects " + shell.complete("tee:objects ").get(0))
                .contains("CONTEXT"));
        theLivePageIsInTheWebConsole();
        shell.run(page.get("Diagnose"));
        shell.run(page.get("Back up"));
        shell.run(page.get("Upgrade"));
        awaitWork();
        assertTrue(output("tee:info"), output("tee:info").contains("of 512.0 MiB"));
        assertEquals("warnings", List.of(), log.warnings());

        uninstall("ermine-webconsole ermine-monitor ermine-statistics");
        shell.run("feature:uninstall http");
        shell.run(page.get("Install").subList(2, 3));
        shell.run(page.get("Uninstall"));
        shell.run(KarafCommands.REMOVE);
        assertEquals(
                "sections",
                Set.of("Install", "Configure", "Watch", "Diagnose", "Upgrade", "Back up", "Uninstall"),
                page.keySet());
    }

    /** Which the page moves to where it belongs, as the shell may while it can use all drawers. */
    private void aKeyIsLeftInTheCommonDrawer() throws Exception {
        configuration.write("org.ermine.tee.ta.sealedstorage", "drawers = *: common; org.ermine.tee.shell: *");
        InContainer.await(
                () -> "the rule is in force: " + output("tee:ls --drawer bundle/com.example.wallet"),
                () -> output("tee:ls --drawer bundle/com.example.wallet").contains("Nothing is sealed"));
        shell.run("tee:seal --drawer common " + Files.write(path("key"), new byte[] {1, 2, 3}));
    }

    /** In a console of the generation before the one that the browser's tests have. */
    private void theLivePageIsInTheWebConsole() throws Exception {
        KarafWebConsole web = new KarafWebConsole();
        InContainer.await(
                () -> "the state is told: " + web.content("ermine/state.json"),
                () -> web.content("ermine/state.json").contains("\"name\":\"qtee-emulator\""));
        HttpResponse<String> page = web.get("ermine/live.htm");
        assertTrue(page.body(), page.body().startsWith("<!doctype html>"));
        assertTrue(
                page.headers().firstValue("Content-Security-Policy").orElse("").startsWith("default-src 'none'"));
        String framed = web.content("ermine");
        assertTrue(framed, framed.contains("<iframe src=\"/system/console/ermine/live.htm\""));
        assertTrue(framed, framed.contains("Apache Karaf"));
    }

    /**
     * Commands that only look, and what completes them at the keyboard, are for viewers; the rest is for
     * administrators.
     */
    @Test
    public void eachCommandIsForTheRoleThatItsAccessListNames() throws Exception {
        shell.run(KarafCommands.ADD);
        shell.run(KarafCommands.INSTALL + "ermine ermine-statistics");
        awaitWork();
        Set<String> commands = commands();
        Set<String> listed = new TreeSet<>(commands);
        listed.add("*");
        InContainer.await(
                () -> "commands with an access list: " + accessList() + ", not " + listed,
                () -> accessList().equals(listed));
        KarafShell viewer = new KarafShell(console, "viewer", "ssh");
        InContainer.await("the access list is in force", () -> isRefused(viewer, "tee:rm"));

        assertEquals("a viewer's commands", LOOKING, runBy("viewer", "ssh"));
        assertEquals("an administrator's commands", commands, runBy("admin"));
        assertEquals("a manager's commands", LOOKING, runBy("manager"));
        assertEquals("the commands of somebody with no role of Karaf's", Set.of(), runBy("ssh"));
        assertEquals(List.of("qtee-emulator"), viewer.complete("tee:contexts q"));
        assertTrue(viewer.complete("tee:unse").stream().noneMatch("tee:unseal"::equals));
        assertEquals(List.of(), viewer.complete("tee:unseal "));
        assertThrows(Exception.class, () -> viewer.run("tee:rm nothing"));
        assertThrows(Exception.class, () -> viewer.run("rm nothing"));

        uninstall("ermine ermine-statistics");
        shell.run(KarafCommands.REMOVE);
        assertTrue("the access list went", !Files.exists(etc.resolve(ACCESS + ".cfg")));
    }

    private static boolean isRefused(KarafShell user, String command) {
        try {
            return !user.mayRun(command);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** All commands of scope tee, those that others do not see included. */
    private Set<String> commands() throws Exception {
        Set<String> commands = new TreeSet<>(Set.of("__complete"));
        for (ServiceReference<?> reference : references("(&(osgi.command.scope=tee)(osgi.command.function=*))")
                .toList()) {
            Object functions = reference.getProperty("osgi.command.function");
            commands.addAll(functions instanceof String[] several ? List.of(several) : List.of((String) functions));
        }
        return commands;
    }

    /** What the file names at the moment: Karaf writes it once more when it has read it. */
    private Set<String> accessList() {
        Properties access = new Properties();
        try (InputStream file = Files.newInputStream(etc.resolve(ACCESS + ".cfg"))) {
            access.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Set<String> named = new TreeSet<>(access.stringPropertyNames());
        named.removeIf(ofKaraf -> ofKaraf.contains("."));
        return named;
    }

    private Set<String> runBy(String... roles) throws Exception {
        KarafShell user = new KarafShell(console, roles);
        Set<String> run = new TreeSet<>();
        for (String command : commands()) {
            if (user.mayRun("tee:" + command)) {
                run.add(command);
            }
        }
        return run;
    }

    @Test
    public void anArchiveInTheDeployFolderIsAllItTakes() throws Exception {
        Path archive = deploy.resolve("ermine.kar");
        Path built = InContainer.jar("org.ermine.tee.features").toPath().resolveSibling("org.ermine.tee.features.kar");
        long begin = System.nanoTime();
        Files.copy(built, archive);
        awaitWork();
        System.out.println("from the dropped archive to sealed storage at work: " + millisSince(begin) + " ms");
        assertTrue(shell.run("tee:handlers").contains("0x7000"));

        uninstall("ermine");
        Files.delete(archive);
        InContainer.await("the archive is gone", () -> !Files.exists(base.resolve("data/kar/ermine")));
    }

    @Test
    public void featuresComposeOneByOneAndAllAtOnce() throws Exception {
        shell.run(KarafCommands.ADD);
        for (String feature : FEATURES) {
            shell.run(KarafCommands.INSTALL + feature);
        }
        awaitWork();
        List<String> lastFirst = new ArrayList<>(FEATURES);
        Collections.reverse(lastFirst);
        for (String feature : lastFirst) {
            uninstall(feature);
        }
        assertEquals("bundles", List.of(), bundles());

        shell.run(KarafCommands.INSTALL + String.join(" ", lastFirst));
        awaitWork();
        uninstall(String.join(" ", FEATURES));
        shell.run(KarafCommands.REMOVE);
        assertEquals("warnings", List.of(), log.warnings());
    }

    @Test
    public void aCombinationThatCannotWorkDoesNotResolveAndSaysWhy() throws Exception {
        shell.run(KarafCommands.ADD);
        assertMissing("ermine-qcomtee", "(org.ermine.tee=secure-channel)");
        assertMissing("ermine-ta-sealed-storage", "(org.ermine.tee=emulator)");
        assertMissing("ermine-sealed-storage", "(org.ermine.tee=");
        shell.run(KarafCommands.REMOVE);
    }

    private void assertMissing(String feature, String requirement) {
        Exception refused = assertThrows(feature, Exception.class, () -> shell.run(KarafCommands.INSTALL + feature));
        assertTrue(refused.getMessage(), refused.getMessage().contains(requirement));
    }

    @Test
    public void aHandlerThatDoesNotResolveIsReported() throws Exception {
        drop(README_HANDLER);
        InContainer.await(
                "the log tells what is missing", () -> log.contains("(osgi.wiring.package=org.ermine.tee.supplicant)"));
        assertEquals(Bundle.INSTALLED, container.bundle(README_HANDLER).getState());
        takeBack(README_HANDLER);
    }

    @Test
    public void configurationFilesThatAreWrongOrEmptyDoNoHarm() throws Exception {
        shell.run(KarafCommands.ADD);
        shell.run(KarafCommands.INSTALL + "ermine");
        awaitWork();
        configuration.write("org.ermine.tee.shm", "limitMiB = 20");
        InContainer.await(
                "a file that is right is in force", () -> output("tee:info").contains("of 20.0 MiB"));

        assertRefused("org.ermine.tee.shm", "limitMiB", "0", "is 0, not 1 to 65536");
        assertRefused("org.ermine.tee.core", "unregisterMillis", "soon", "is no number from 0 to 600000");
        assertRefused("org.ermine.tee.qcomtee", "exports", "", "is no number from 1 to 2000000000");
        assertRefused("org.ermine.tee.qtee.emulator", "maxObjects", "1", "is 1, not 16 to 4194304");
        assertRefused("org.ermine.tee.supplicant", "workers", "0", "is 0, not 1 to 1024");
        assertRefused("org.ermine.tee.supplicant", "workers", "L\"4294967297\"", "is 4294967297, not a whole number");
        configuration.write("org.ermine.tee.supplicant", "grceMillis = 100");
        InContainer.await(
                "a name that is none is told",
                () -> log.contains(
                        "option grceMillis of org.ermine.tee.supplicant is unknown and has no effect; the closest"
                                + " one is graceMillis"));
        assertRefused(FILE_HANDLER, "dataRoot", etc.resolve("config.properties").toString(), "is no directory");
        assertTrue(shell.run("tee:info").contains("of 20.0 MiB"));

        configuration.write("org.ermine.tee.shm", "");
        InContainer.await(
                "an empty file is the default", () -> output("tee:info").contains("of 256.0 MiB"));
        uninstall("ermine");
        shell.run(KarafCommands.REMOVE);
    }

    /** Refused by name and range, and no part is replaced. */
    private void assertRefused(String pid, String option, String value, String reason) throws Exception {
        List<Object> before = parts();
        configuration.write(pid, option + " = " + value);
        InContainer.await(
                option + " is refused", () -> log.contains("option " + option + " of " + pid) && log.contains(reason));
        assertEquals(option, before, parts());
        shell.run("tee:ls");
    }

    /** Takes configurations away too: not before all who listen have looked at them. */
    private void uninstall(String features) throws Exception {
        container.awaitTold();
        shell.run(KarafCommands.UNINSTALL + features);
    }

    private void awaitWork() {
        InContainer.await(
                () -> "the store can be listed: " + output("tee:ls"),
                () -> output("tee:ls").contains("Nothing is sealed"));
    }

    /** What a command prints, or why it fails. */
    private String output(String command) {
        try {
            return shell.run(command);
        } catch (Exception e) {
            return e.toString();
        }
    }

    private Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    private boolean hasBundle(String symbolicName) {
        return Arrays.stream(context.getBundles()).anyMatch(bundle -> symbolicName.equals(bundle.getSymbolicName()));
    }

    private List<String> bundles() {
        return Arrays.stream(context.getBundles())
                .map(Bundle::getSymbolicName)
                .filter(name -> name != null && name.startsWith("org.ermine."))
                .toList();
    }

    private List<String> services() throws Exception {
        return references("(objectClass=org.ermine.*)").map(Object::toString).toList();
    }

    /** The ids of the services between client and QTEE. */
    private List<Object> parts() throws Exception {
        return references("(objectClass=org.ermine.tee.*)")
                .map(reference -> reference.getProperty(Constants.SERVICE_ID))
                .toList();
    }

    private Stream<ServiceReference<?>> references(String filter) throws Exception {
        ServiceReference<?>[] references = context.getAllServiceReferences(null, filter);
        return references == null ? Stream.of() : Arrays.stream(references);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ermine"))
                .toList();
    }

    /** Files that bear our name in Karaf's folders, and such as go while they are listed. */
    private List<String> files() {
        try (Stream<Path> files = Files.walk(base)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> base.relativize(file).toString())
                    .filter(file -> file.contains("ermine"))
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of(e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
