// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ermine.tee.demo.impl.Steps.UnexpectedException;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;

/** The main job, step by step. */
final class Demo {

    private static final String FILE_HANDLER = "org.ermine.tee.supplicant.gpfs";
    /** Bundles that hold what others leave behind, from the secure world to the one that tells of it. */
    private static final Set<String> DRIVERS = Set.of("org.ermine.tee.qcomtee", "org.ermine.tee.qtee.emulator");

    private static final Set<String> RUNTIME = Set.of("org.ermine.tee.core", "org.ermine.tee.shm");

    private static final long GENERATED_SIZE = 64L << 20;
    private static final int SHOWN_FILES = 6;

    private final Platform platform;
    private final Settings settings;
    private final PrintStream out;
    private final Steps steps;
    private final Store store;
    private final List<Sample> samples = new ArrayList<>();
    /** The largest, on which work takes long enough that something can happen meanwhile. */
    private Sample large;

    private SealedStorage storage;
    /** Files in the store that hold the present version of {@link #large}. */
    private List<Path> largeInStore = List.of();

    Demo(Platform platform, Settings settings, PrintStream out) {
        this.platform = platform;
        this.settings = settings;
        this.out = out;
        steps = new Steps(out);
        store = new Store(settings.store());
    }

    /** @return whether every step held */
    boolean run() throws InterruptedException {
        steps.next("QTEE answers", this::askQtee);
        steps.next("Seal the files", this::seal);
        steps.next("What lies on disk is ciphertext", this::lookAtStore);
        steps.next("Replace the file handler while sealing goes on", this::replaceHandler);
        steps.next("Unseal, and compare checksums", this::unseal);
        steps.next("Tamper with one stored byte: unsealing is refused", this::tamper);
        steps.next("Put the byte back: unsealing works again", this::putBack);
        steps.always("Close everything: no object, context or memory is left", this::closeClients);
        steps.always("Stop Ermine: no thread is left", this::stopErmine);
        out.println();
        out.println(steps.allHeld() ? "Every step held." : "The demo FAILED.");
        return steps.allHeld();
    }

    private void askQtee() throws Exception {
        storage = platform.service(SealedStorage.class);
        steps.say(platform.shell("tee:info"));
        steps.say(platform.shell("tee:services"));
        report(Poll.untilEmpty(this::storageTrouble));
    }

    /**
     * Listeners are registered in the background: the storage may need a moment more than the services it is made of.
     */
    private List<String> storageTrouble() {
        try {
            storage.list();
            return List.of();
        } catch (SealedStorageException e) {
            return List.of(e.getMessage());
        }
    }

    private void seal() throws Exception {
        chooseSamples();
        for (Sample sample : samples) {
            Set<Path> before = new HashSet<>(store.files());
            long start = System.nanoTime();
            storage.seal(sample.name(), sample.file(), (done, total) -> {});
            double seconds = (System.nanoTime() - start) / 1e9;
            List<Path> added = store.files().stream()
                    .filter(file -> !before.contains(file))
                    .toList();
            steps.say(String.format(
                    Locale.ROOT,
                    "%s: %d bytes in %.2f s (%.1f MB/s), now in %d files",
                    sample.name(),
                    sample.size(),
                    seconds,
                    sample.size() / 1e6 / seconds,
                    added.size()));
            steps.expect(!added.isEmpty(), "nothing was stored");
        }
    }

    private void lookAtStore() throws Exception {
        List<Path> files = store.files();
        steps.say(settings.store().toString());
        for (Path file : files.subList(0, Math.min(SHOWN_FILES, files.size()))) {
            steps.say(store.describe(file));
        }
        if (files.size() > SHOWN_FILES) {
            steps.say("and " + (files.size() - SHOWN_FILES) + " more");
        }
        List<byte[]> fragments = new ArrayList<>();
        for (Sample sample : samples) {
            fragments.addAll(sample.fragments());
        }
        steps.expect(!store.contains(fragments), "plaintext stands in the store");
        steps.say("none of " + fragments.size() + " pieces of the plaintext occurs in them");
    }

    private void replaceHandler() throws Exception {
        Set<Path> before = new HashSet<>(store.files());
        BackgroundSealing sealing = BackgroundSealing.start(storage, large);
        long begun = sealing.awaitQuarter();
        platform.update(FILE_HANDLER);
        long updated = sealing.done();
        sealing.await();
        largeInStore =
                store.files().stream().filter(file -> !before.contains(file)).toList();
        steps.expect(begun < large.size(), "sealing had ended when the update began");
        steps.say(String.format(
                Locale.ROOT,
                "%s was updated while %s was sealed: from byte %d to %d of %d",
                FILE_HANDLER,
                large.name(),
                begun,
                updated,
                large.size()));
        steps.say(platform.shell("tee:handlers"));
    }

    private void unseal() throws Exception {
        for (Sample sample : samples) {
            String sha256 = unsealed(sample);
            steps.say(sha256 + "  " + sample.name());
            steps.expect(sha256.equals(sample.sha256()), sample.name() + " came back changed");
        }
    }

    private void tamper() throws Exception {
        Path file = tampered();
        Store.flip(file);
        steps.say("one bit of " + file.getFileName() + " inverted");
        try {
            unsealed(large);
        } catch (SealedStorageException e) {
            steps.say("refused: " + e.getMessage());
            steps.expect(!Files.exists(target(large)), "plaintext was written nevertheless");
            return;
        }
        throw new UnexpectedException("what was tampered with was unsealed");
    }

    private void putBack() throws Exception {
        Store.flip(tampered());
        steps.expect(unsealed(large).equals(large.sha256()), large.name() + " came back changed");
    }

    private void closeClients() throws Exception {
        TeeRuntime runtime = platform.service(TeeRuntime.class);
        platform.stop(name -> !DRIVERS.contains(name) && !RUNTIME.contains(name));
        report(Poll.untilEmpty(() -> Leaks.contexts(runtime.snapshot())));
        steps.say("0 contexts, 0 objects");
        platform.stop(DRIVERS::contains);
        report(Poll.untilEmpty(() -> Leaks.memory(runtime.snapshot())));
        steps.say("0 bytes of shared memory in use");
    }

    private void stopErmine() throws Exception {
        platform.stop(name -> true);
        report(Poll.untilEmpty(Leaks::threads));
        steps.say("0 threads");
    }

    private void report(List<String> leftOver) throws UnexpectedException {
        leftOver.forEach(steps::say);
        steps.expect(leftOver.isEmpty(), leftOver.size() + " left over");
    }

    private void chooseSamples() throws IOException {
        List<Path> files = new ArrayList<>(settings.files());
        if (largest(files) < GENERATED_SIZE / 2) {
            steps.say("with a generated file, so large that something can happen while it is sealed");
            files.add(Sample.generate(settings.home().resolve("generated.txt"), GENERATED_SIZE));
        }
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            for (int i = 2; !names.add(name); i++) {
                name = file.getFileName() + " (" + i + ")";
            }
            samples.add(Sample.of(name, file));
        }
        large = samples.stream().max(Comparator.comparingLong(Sample::size)).orElseThrow();
    }

    private static long largest(List<Path> files) throws IOException {
        long largest = 0;
        for (Path file : files) {
            largest = Math.max(largest, Files.size(file));
        }
        return largest;
    }

    /** Unseals into a new file, whose checksum is returned. */
    private String unsealed(Sample sample) throws IOException, SealedStorageException {
        Path target = target(sample);
        Files.createDirectories(target.getParent());
        Files.deleteIfExists(target);
        storage.unseal(sample.name(), target, (done, total) -> {});
        return Sample.sha256(target);
    }

    private Path target(Sample sample) {
        return settings.home().resolve("unsealed").resolve(sample.name());
    }

    /** The file to tamper with: one that holds content. */
    private Path tampered() throws IOException {
        return Store.largest(largeInStore);
    }
}
