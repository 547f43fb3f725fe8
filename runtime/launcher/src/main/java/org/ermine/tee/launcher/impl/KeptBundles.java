// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.main.AutoProcessor;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * The bundles in a bundle cache, and a record of what they were made of and in which state they are before the
 * framework starts. Where both still hold, a start takes the bundles as they are; otherwise it makes them anew, so that
 * each start is like the first one: bundles that changed in the distribution are seen, and what somebody installed,
 * updated, stopped or uninstalled at run time is undone.
 *
 * <p>There is a record only while the cache is whole. It is written last, when the cache is on the disk, and removed
 * first. What bundles stored in the cache is put aside before that is made anew. Where a bundle could not be installed,
 * as the disk was full or the network was down, the start goes on without it, and there is no record: the next one
 * tries again.
 */
final class KeptBundles {

    private static final String FRESH = Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT;
    private static final String KEEP = "none";
    private static final long STOP_MILLIS = 10_000;

    private final Map<String, String> configuration;
    private final Path record;
    private final CacheFolder cache;

    KeptBundles(Map<String, String> configuration, Path record) {
        this.configuration = configuration;
        this.record = record;
        cache = new CacheFolder(Path.of(configuration.getOrDefault(Constants.FRAMEWORK_STORAGE, "felix-cache")));
    }

    /** The framework with its bundles, initialized but not started. */
    Framework open() throws BundleException, InterruptedException {
        String ingredients = new Ingredients(configuration, System.getProperty("java.class.path")).toString();
        String recorded = readRecord();
        if (recorded.startsWith(ingredients)) {
            Framework kept = openKept(recorded, ingredients);
            if (kept != null) {
                return kept;
            }
        }
        return openFresh(ingredients);
    }

    /** Null if the cache does not hold what the record says. */
    private Framework openKept(String recorded, String ingredients) throws InterruptedException {
        Framework framework = null;
        try {
            framework = init(KEEP);
            if (recorded.equals(ingredients + bundles(framework))) {
                return framework;
            }
        } catch (BundleException | RuntimeException e) {
            System.err.println("ermine: the bundle cache cannot be used, and is made anew: " + e);
        }
        close(framework);
        return null;
    }

    private Framework openFresh(String ingredients) throws BundleException {
        try {
            Files.deleteIfExists(record);
            cache.putAsideWhatIsStored();
        } catch (IOException e) {
            throw new BundleException("the bundle cache cannot be made anew: " + e, e);
        }
        Framework framework = init(FRESH);
        AutoProcessor.process(configuration, framework.getBundleContext());
        List<String> missing = new WantedBundles(configuration)
                .missingAmong(framework.getBundleContext().getBundles());
        if (missing.isEmpty()) {
            writeRecord(ingredients + bundles(framework));
        } else {
            System.err.println("ermine: these bundles could not be installed, and the next start tries again: "
                    + String.join(" ", missing));
        }
        return framework;
    }

    private Framework init(String clean) throws BundleException {
        Map<String, String> properties = new HashMap<>(configuration);
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, clean);
        Framework framework = new FrameworkFactory().newFramework(properties);
        framework.init();
        return framework;
    }

    private static void close(Framework framework) throws InterruptedException {
        if (framework == null) {
            return;
        }
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException e) {
            System.err.println("ermine: the framework does not stop: " + e.getMessage());
        }
    }

    private static String bundles(Framework framework) {
        StringBuilder lines = new StringBuilder();
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
                BundleStartLevel start = bundle.adapt(BundleStartLevel.class);
                lines.append("bundle ")
                        .append(bundle.getBundleId())
                        .append(" of ")
                        .append(bundle.getLastModified())
                        .append(start.isPersistentlyStarted() ? ", started at level " : ", stopped at level ")
                        .append(start.getStartLevel())
                        .append(": ")
                        .append(bundle.getLocation())
                        .append('\n');
            }
        }
        return lines.toString();
    }

    private String readRecord() {
        try {
            return Files.exists(record) ? Files.readString(record) : "";
        } catch (IOException e) {
            System.err.println("ermine: the record of the bundle cache cannot be read: " + e);
            return "";
        }
    }

    /**
     * Without a record the next start makes the bundles anew: that costs time, and nothing else. The other way round, a
     * record of a cache that did not outlast a loss of power would be believed.
     */
    private void writeRecord(String text) {
        Path written = record.resolveSibling(record.getFileName() + ".new");
        try {
            cache.force();
            Files.writeString(written, text);
            Files.move(written, record, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            System.err.println("ermine: the bundles cannot be kept for the next start: " + e);
        }
    }
}
