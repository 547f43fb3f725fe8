// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * A bundle that has to be signed by somebody is let in only if it is. The framework starts all of these bundles; each
 * asks for a device and says what it heard.
 */
class SignaturesIT {

    private static final String PID = ErmineBundles.PERMISSIONS;
    private static final String DATA = "data.txt";
    private static final String SIGNED_TEXT = "what was signed";

    @TempDir
    private static Path storage;

    @TempDir
    private static Path keyFolder;

    private static EmbeddedFelix felix;
    private static SigningKeys keys;

    @BeforeAll
    static void start() throws Exception {
        keys = new SigningKeys(keyFolder)
                .selfSigned("acme", "CN=Acme")
                .selfSigned("other", "CN=Other")
                .selfSigned("expired", "CN=Acme", "-startdate", "-3d", "-validity", "1")
                .selfSigned("authority", "CN=Authority", "-ext", "bc:c")
                .issued("issued", "CN=Wallet, O=Acme", "authority")
                .selfSigned("pretend", "CN=Wallet, O=Acme");
        felix = EmbeddedFelix.start(storage);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
        for (Bundle bundle : felix.install(ErmineBundles.PERMISSIONS_PATH)) {
            bundle.start();
        }
        Bundle client = felix.install(WorkingClient.bundle());
        client.start();
        Await.none("an unsigned client works as long as it may", SignaturesIT::work);
        client.uninstall();
    }

    @AfterAll
    static void stop() throws Exception {
        felix.close();
    }

    @AfterEach
    void uninstall() throws BundleException {
        for (Bundle bundle : felix.context().getBundles()) {
            if (bundle.getLocation().startsWith("test:")) {
                bundle.uninstall();
            }
        }
    }

    private static void permitSignedBy(String... aliases) throws Exception {
        StringBuilder rules = new StringBuilder("org.ermine.tee.supplicant: *");
        for (String alias : aliases) {
            rules.append("; org.ermine.tee.itests.* signed by ")
                    .append(keys.fingerprint(alias))
                    .append(": *");
        }
        felix.configure(PID, Map.of("devices", rules.toString()));
        Await.none("the rules are in force", () -> inForce(rules.toString()));
    }

    /** An unsigned probe is refused for a reason that names the rule. */
    private static String inForce(String rules) {
        String last = rules.substring(rules.lastIndexOf(';') + 1).strip();
        String heard = probe();
        return heard.contains("rule '" + last + "' does not apply") ? "" : heard;
    }

    /** What an unsigned client hears. */
    private static String probe() {
        try {
            Bundle probe = felix.context()
                    .installBundle(
                            "test:probe",
                            new ByteArrayInputStream(WorkingClient.bundle().jar()));
            probe.start();
            String heard = work();
            probe.uninstall();
            return heard;
        } catch (BundleException e) {
            return e.toString();
        }
    }

    private static JarContent client() throws IOException {
        return JarContent.of(WorkingClient.bundle().jar()).with(DATA, SIGNED_TEXT);
    }

    private static JarContent signed(String... aliases) throws Exception {
        byte[] jar = client().jar();
        for (String alias : aliases) {
            jar = keys.sign(alias, jar);
        }
        return JarContent.of(jar);
    }

    private static Bundle install(byte[] jar) throws BundleException {
        return felix.context().installBundle("test:client", new ByteArrayInputStream(jar));
    }

    private static String heard(byte[] jar) throws BundleException {
        install(jar).start();
        return work();
    }

    private static String work() {
        try {
            return (String) felix.service(Callable.class).call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(String reason, String heard) {
        assertTrue(heard.contains("may not open device"), "refused: " + heard);
        assertTrue(heard.contains(reason), reason + ": " + heard);
    }

    @Test
    @DisplayName("ERM-16: a bundle counts as signed if all of it is, by one who may sign it")
    void signedBundlesAreLetIn() throws Exception {
        permitSignedBy("acme");
        assertEquals("", heard(signed("acme").jar()));
    }

    @Test
    void whoIsSignedByTwoIsLetInForEither() throws Exception {
        permitSignedBy("acme");
        assertEquals("", heard(signed("other", "acme").jar()));
    }

    @Test
    void whoIsNotSignedIsRefused() throws Exception {
        permitSignedBy("acme");
        assertRefused("is not signed", heard(client().jar()));
    }

    @Test
    void aSignatureThatWasTakenOffIsNone() throws Exception {
        permitSignedBy("acme");
        byte[] jar = signed("acme")
                .without(name -> name.matches("META-INF/ACME\\..*"))
                .jar();
        assertRefused("is not signed", heard(jar));
    }

    @Test
    void anotherSignatureInItsPlaceIsNotTheSame() throws Exception {
        permitSignedBy("acme");
        assertRefused(
                "it is signed by CN=Other with the certificate",
                heard(signed("other").jar()));
    }

    @Test
    void aChangedByteIsFound() throws Exception {
        permitSignedBy("acme");
        byte[] jar = signed("acme").with(DATA, SIGNED_TEXT.replace('w', 'W')).jar();
        assertRefused("it was changed after it was signed", heard(jar));
    }

    @Test
    void aChangedHeaderOfTheManifestIsFound() throws Exception {
        permitSignedBy("acme");
        JarContent content = signed("acme");
        String manifest = content.text("META-INF/MANIFEST.MF");
        byte[] jar = content.with(
                        "META-INF/MANIFEST.MF",
                        manifest.replace("Bundle-ManifestVersion: 2", "Bundle-ManifestVersion: 2\r\nBundle-Name: x"))
                .jar();
        assertRefused("it was changed after it was signed", heard(jar));
    }

    @Test
    void anAddedEntryIsFound() throws Exception {
        permitSignedBy("acme");
        assertRefused(
                "its entry added.txt is not signed",
                heard(signed("acme").with("added.txt", "x").jar()));
        uninstall();
        assertRefused(
                "its entry META-INF/x/A.RSA is not signed",
                heard(signed("acme").with("META-INF/x/A.RSA", "x").jar()));
    }

    @Test
    void aRemovedEntryIsFound() throws Exception {
        permitSignedBy("acme");
        assertRefused(
                "its entry data.txt is missing",
                heard(signed("acme").without(DATA::equals).jar()));
    }

    @Test
    void anExpiredCertificateCountsForNothing() throws Exception {
        permitSignedBy("expired");
        assertRefused(
                "the certificate of CN=Acme is valid from",
                heard(signed("expired").jar()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("ERM-16: of an entry that a jar has twice, the one that the framework serves is checked")
    void ofTwoEntriesTheOneThatIsServedIsChecked(boolean forgedFirst) throws Exception {
        permitSignedBy("acme");
        JarContent content = signed("acme");
        content = forgedFirst ? content.first("datb.txt", "forged") : content.with("datb.txt", "forged");
        Bundle bundle = install(content.jarWithTwo(DATA, "datb.txt"));
        bundle.start();
        if (read(bundle, DATA).equals(SIGNED_TEXT)) {
            assertEquals("", work());
        } else {
            assertRefused("it was changed after it was signed", work());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("ERM-16: of two manifests, the one that the framework obeys is checked")
    void ofTwoManifestsTheOneThatIsObeyedIsChecked(boolean forgedFirst) throws Exception {
        permitSignedBy("acme");
        JarContent content = signed("acme");
        String manifest = content.text("META-INF/MANIFEST.MF");
        String forged =
                manifest.replace("Bundle-ManifestVersion: 2", "Bundle-ManifestVersion: 2\r\nBundle-Name: forged");
        String stand = "META-INF/MANIFEST.MG";
        content = forgedFirst ? content.first(stand, forged) : content.with(stand, forged);
        Bundle bundle = install(content.jarWithTwo("META-INF/MANIFEST.MF", stand));
        bundle.start();
        if (bundle.getHeaders().get("Bundle-Name") == null) {
            assertEquals("", work());
        } else {
            assertRefused("it was changed after it was signed", work());
        }
    }

    @Test
    void whatIsWithinASignedJarIsSigned() throws Exception {
        permitSignedBy("acme");
        byte[] jar = keys.sign(
                "acme",
                client().with("lib/inner.jar", client().jar())
                        .with("a b/100%.txt", "x")
                        .with("META-INF/versions/17/data.txt", "newer")
                        .with(
                                "META-INF/MANIFEST.MF",
                                client().text("META-INF/MANIFEST.MF").stripTrailing()
                                        + "\r\nMulti-Release: true\r\n\r\n")
                        .jar());
        assertEquals("", heard(jar));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("ERM-16: a bundle with a fragment counts as signed by those who signed both")
    void aFragmentIsPartOfItsHost(boolean signedFragment) throws Exception {
        permitSignedBy("acme");
        byte[] jar = new JarContent()
                .with(
                        "META-INF/MANIFEST.MF",
                        "Manifest-Version: 1.0\r\nBundle-ManifestVersion: 2\r\n"
                                + "Bundle-SymbolicName: org.example.fragment\r\n"
                                + "Fragment-Host: org.ermine.tee.itests.WorkingClient\r\n\r\n")
                .with("more.txt", "x")
                .jar();
        Bundle fragment = felix.context()
                .installBundle(
                        "test:fragment", new ByteArrayInputStream(signedFragment ? keys.sign("acme", jar) : jar));
        String heard = heard(signed("acme").jar());
        assertEquals(Bundle.RESOLVED, fragment.getState(), "it is attached");
        if (signedFragment) {
            assertEquals("", heard);
        } else {
            assertRefused("its fragment org.example.fragment: its entry more.txt is not signed", heard);
        }
    }

    @Test
    void anUpdatedBundleIsCheckedAnew() throws Exception {
        permitSignedBy("acme");
        Bundle bundle = install(signed("acme").jar());
        bundle.start();
        assertEquals("", work());
        bundle.update(new ByteArrayInputStream(client().jar()));
        assertRefused("is not signed", work());
        bundle.update(new ByteArrayInputStream(signed("acme").jar()));
        assertEquals("", work());
    }

    @Test
    @DisplayName("ERM-16: a name counts only where an authority vouches for it")
    void aNameNeedsAnAuthority() throws Exception {
        String rule = "org.ermine.tee.itests.* signed by \"CN=Wallet, O=Acme\": *";
        felix.configure(
                PID,
                Map.of(
                        "devices",
                        new String[] {"org.ermine.tee.supplicant: *", rule},
                        "authorities",
                        keys.fingerprint("authority")));
        Await.none("the rules are in force", () -> inForce("; " + rule));

        assertEquals("", heard(signed("issued").jar()));
        uninstall();
        assertRefused(
                "no authority vouches for CN=Wallet, O=Acme",
                heard(signed("pretend").jar()));
        uninstall();
        assertRefused("it is signed by CN=Acme", heard(signed("acme").jar()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "//x", "/a/x", "/"})
    @DisplayName("ERM-22: given a jar with an entry that lies in no folder, then it does not count as signed")
    void anEntryThatLiesInNoFolderIsRefused(String entry) throws Exception {
        permitSignedBy("acme");
        byte[] jar = keys.sign("acme", client().with(entry, "x").jar());
        assertRefused("its signature cannot be verified", heard(jar));
    }

    @Test
    @DisplayName("ERM-22: given a jar with folders without end, then it does not count as signed, and is told of soon")
    void foldersWithoutEndAreRefused() throws Exception {
        permitSignedBy("acme");
        byte[] jar =
                keys.sign("acme", client().with("a/".repeat(30_000) + "x", "x").jar());
        assertRefused("its signature cannot be verified", heard(jar));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-22: given a bundle that cannot be checked, when rights are withdrawn, then the contexts of it and of "
                    + "all"
                    + " others are closed")
    void aBundleThatCannotBeCheckedKeepsNobodysContextOpen(boolean hostileFirst) throws Exception {
        permitAll();
        byte[] hostile = JarContent.of(KeepingClient.bundle()
                        .as("org.ermine.tee.itests.Hostile", "1.0.0")
                        .jar())
                .with("/x", "x")
                .jar();
        List<byte[]> jars = new ArrayList<>(List.of(
                hostile,
                KeepingClient.bundle().jar(),
                KeepingClient.bundle().as("org.ermine.tee.itests.Third", "1").jar()));
        if (!hostileFirst) {
            Collections.rotate(jars, -1);
        }
        List<Callable<?>> states = new ArrayList<>();
        for (byte[] jar : jars) {
            Bundle bundle = felix.context().installBundle("test:" + jars.indexOf(jar), new ByteArrayInputStream(jar));
            bundle.start();
            states.add((Callable<?>) felix.context().getService(bundle.getRegisteredServices()[0]));
        }
        assertEquals(List.of("open", "open", "open"), states(states));
        felix.configure(
                PID,
                Map.of(
                        "devices",
                        "org.ermine.tee.supplicant: *; org.ermine.tee.itests.* signed by " + keys.fingerprint("acme")
                                + ": *"));
        Await.none(
                "contexts of those who are not permitted any more",
                () -> states(states).stream().filter("open"::equals).toList());
    }

    private static void permitAll() throws Exception {
        felix.configure(PID, Map.of("devices", "*: *"));
        Await.none("everything is permitted", SignaturesIT::probe);
    }

    private static List<Object> states(List<Callable<?>> clients) {
        List<Object> states = new ArrayList<>();
        for (Callable<?> client : clients) {
            try {
                states.add(client.call());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return states;
    }

    private static String read(Bundle bundle, String entry) throws IOException {
        try (InputStream content = bundle.getEntry(entry).openStream()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
