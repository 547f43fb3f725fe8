// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/**
 * One start after the other in the same home, with a mark in the data area of a bundle that only a kept one still has.
 */
@Timeout(60)
class KeptBundlesTest {

    private static final String MARK = "mark";

    @TempDir
    Path temp;

    private Path bundles;
    private Path record;
    private Framework framework;
    /** Locations beside those of the folder, for Felix to install. */
    private String further = "";

    @BeforeEach
    void makeBundles() throws IOException {
        bundles = Files.createDirectories(temp.resolve("bundle"));
        record = temp.resolve("cache.record");
        makeBundle(bundles.resolve("a.jar"), "a", "1.0.1");
        makeBundle(bundles.resolve("b.jar"), "b", "1.0.1");
    }

    @AfterEach
    void stopLast() throws Exception {
        stop();
    }

    private static void makeBundle(Path jar, String name, String version) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        attributes.putValue(Constants.BUNDLE_VERSION, version);
        try (JarOutputStream file = new JarOutputStream(Files.newOutputStream(jar))) {
            file.setLevel(Deflater.NO_COMPRESSION);
            file.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
            manifest.write(file);
        }
    }

    private void start() throws Exception {
        stop();
        Map<String, String> configuration = Map.of(
                "felix.auto.deploy.dir",
                bundles.toString(),
                "felix.auto.deploy.action",
                "install,start",
                "felix.auto.deploy.startlevel",
                "1",
                "felix.auto.install.1",
                further,
                Constants.FRAMEWORK_STORAGE,
                temp.resolve("cache").toString());
        framework = new KeptBundles(configuration, record).open();
        framework.start();
    }

    private void stop() throws Exception {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(0);
        }
    }

    /** A first start, whose bundle a gets the mark. */
    private void startAndMark() throws Exception {
        start();
        Files.createFile(bundle("a").getDataFile(MARK).toPath());
    }

    private boolean isKept() {
        return bundle("a").getDataFile(MARK).exists();
    }

    private Bundle bundle(String name) {
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        return null;
    }

    @Test
    void givenWhatABundleStoredInTheCacheWhenTheCacheIsMadeAnewThenItIsPutAside() throws Exception {
        for (int change = 1; change <= 2; change++) {
            startAndMark();
            makeBundle(bundles.resolve("b.jar"), "b", "1.1." + change);
            Path former = bundle("a").getDataFile(MARK).toPath();

            start();

            assertFalse(isKept());
            Path aside = temp.resolve("cache.former-" + change);
            assertTrue(Files.exists(aside.resolve(temp.resolve("cache").relativize(former))), aside.toString());
        }
    }

    @Test
    void givenNothingStoredInTheCacheWhenItIsMadeAnewThenNothingIsPutAside() throws Exception {
        start();
        makeBundle(bundles.resolve("b.jar"), "b", "1.1.0");

        start();

        assertFalse(Files.exists(temp.resolve("cache.former-1")));
    }

    private void assertLikeAFirstStart() {
        assertEquals(3, framework.getBundleContext().getBundles().length);
        assertEquals(Bundle.ACTIVE, bundle("a").getState());
        assertEquals(Bundle.ACTIVE, bundle("b").getState());
    }

    @Test
    void givenNothingChangedWhenStartedAgainThenTheBundlesAreKept() throws Exception {
        startAndMark();
        start();
        assertTrue(isKept());
        assertLikeAFirstStart();
    }

    @Test
    void givenABundleWithOtherContentOfTheSameSizeAndDateWhenStartedAgainThenItIsSeen() throws Exception {
        Path jar = bundles.resolve("b.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
        startAndMark();
        long size = Files.size(jar);
        makeBundle(jar, "b", "1.0.2");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
        assertEquals(size, Files.size(jar), "the test wants a change that size and date do not tell");

        start();

        assertEquals("1.0.2", bundle("b").getVersion().toString());
        assertTrue(!isKept());
        assertLikeAFirstStart();
    }

    @Test
    void givenABundleMoreOrLessWhenStartedAgainThenItIsSeen() throws Exception {
        start();
        makeBundle(bundles.resolve("c.jar"), "c", "1.0.1");
        start();
        assertNotNull(bundle("c"));
        Files.delete(bundles.resolve("c.jar"));
        start();
        assertNull(bundle("c"));
        assertLikeAFirstStart();
    }

    @Test
    void givenABundleStoppedByHandWhenStartedAgainThenItIsStarted() throws Exception {
        startAndMark();
        bundle("b").stop();
        start();
        assertLikeAFirstStart();
    }

    @Test
    void givenBundlesInstalledAndUninstalledByHandWhenStartedAgainThenAllIsAsBefore() throws Exception {
        startAndMark();
        Path other = temp.resolve("other.jar");
        makeBundle(other, "other", "1.0.1");
        framework.getBundleContext().installBundle(other.toUri().toString()).start();
        bundle("b").uninstall();
        start();
        assertNull(bundle("other"));
        assertLikeAFirstStart();
    }

    @Test
    void givenABundleUpdatedByHandWhenStartedAgainThenItIsTheDistributionsOne() throws Exception {
        startAndMark();
        Path other = temp.resolve("other.jar");
        makeBundle(other, "b", "9.0.0");
        bundle("b").update(Files.newInputStream(other));
        start();
        assertEquals("1.0.1", bundle("b").getVersion().toString());
    }

    @Test
    void givenACacheThatIsNotWholeWhenStartedAgainThenItIsMadeAnew() throws Exception {
        startAndMark();
        long id = bundle("b").getBundleId();
        stop();
        framework = null;
        Files.delete(temp.resolve("cache/bundle" + id + "/bundle.info"));
        start();
        assertLikeAFirstStart();
    }

    @Test
    void givenARecordThatIsCutOffWhenStartedAgainThenTheBundlesAreMadeAnew() throws Exception {
        startAndMark();
        String whole = Files.readString(record);
        Files.writeString(record, whole.substring(0, whole.length() - 5));
        start();
        assertTrue(!isKept());
        assertLikeAFirstStart();
        assertNotEquals(whole, Files.readString(record));
    }

    @Test
    void givenAStartThatBrokeOffBeforeTheBundlesWereThereWhenStartedAgainThenTheyAreMadeAnew() throws Exception {
        startAndMark();
        Files.delete(record);
        start();
        assertTrue(!isKept());
        assertLikeAFirstStart();
        start();
        assertLikeAFirstStart();
    }

    /**
     * As a location in the network that cannot be reached: what it leads to is not among the contents that are
     * compared.
     */
    @Test
    void givenABundleThatCouldNotBeInstalledWhenItCanBeAtTheNextStartThenItIsThereAndKept() throws Exception {
        Path late = temp.resolve("late.jar");
        further = "reference:" + late.toUri();
        start();
        assertNull(bundle("late"));
        assertFalse(Files.exists(record), "a cache that is not whole is recorded as whole");

        makeBundle(late, "late", "1.0.1");
        startAndMark();

        assertNotNull(bundle("late"));
        start();
        assertNotNull(bundle("late"));
        assertTrue(isKept());
    }

    @Test
    void givenAJarThatIsNoneWhenStartedThenTheOthersRunAndNothingIsRecorded() throws Exception {
        Files.writeString(bundles.resolve("c.jar"), "cut off");
        start();
        assertLikeAFirstStart();
        assertFalse(Files.exists(record));
    }
}
