// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;

/**
 * Sealed storage against {@linkplain PlainCrypto plain AES-256-GCM} over the same file in the same JVM. Both are warm:
 * rounds that are not counted come first. Both write what was not there: the result of the round before is removed
 * while no clock runs, because sealed storage would keep it until the end, where a plain program overwrites it, and so
 * would need twice the page cache. In every other round sealed storage goes first, so that what one leaves to the
 * system burdens the other as often. What counts is the median of the ratios of the rounds.
 */
final class Throughput {

    private static final int WARM_UP_ROUNDS = 2;
    private static final String NAME = "figures";

    private final SealedStorage storage;
    private final Path plain;
    private final Path encrypted;
    private final Path decrypted;
    private final Path unsealed;
    private final long size;
    private final int rounds;

    /**
     * @param size bytes of the file
     * @param rounds those that count
     */
    Throughput(SealedStorage storage, Path folder, long size, int rounds) {
        this.storage = storage;
        this.size = size;
        this.rounds = rounds;
        plain = folder.resolve("plain");
        encrypted = folder.resolve("encrypted");
        decrypted = folder.resolve("decrypted");
        unsealed = folder.resolve("unsealed");
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /**
     * A way to do it.
     *
     * @param clear removes the result of the round before, which is not measured
     */
    private record Way(Step clear, Step work) {

        double seconds() throws Exception {
            clear.run();
            long start = System.nanoTime();
            work.run();
            return (System.nanoTime() - start) / 1e9;
        }
    }

    void measure() throws Exception {
        Source.generate(plain, size);
        PlainCrypto crypto = new PlainCrypto();
        crypto.warmUp();
        Comparison sealing = new Comparison(size, rounds);
        Comparison unsealing = new Comparison(size, rounds);
        System.out.printf("| warm, %d rounds | sealed storage, MiB/s | plain JCA, MiB/s | ratio, %% |%n", rounds);
        System.out.println("|---|---|---|---|");
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            compare(
                    sealing,
                    round,
                    new Way(() -> storage.remove(NAME), () -> storage.seal(NAME, plain, ProgressListener.NONE)),
                    new Way(() -> Files.deleteIfExists(encrypted), () -> crypto.encrypt(plain, encrypted)));
            compare(
                    unsealing,
                    round,
                    new Way(
                            () -> Files.deleteIfExists(unsealed),
                            () -> storage.unseal(NAME, unsealed, ProgressListener.NONE)),
                    new Way(() -> Files.deleteIfExists(decrypted), () -> crypto.decrypt(encrypted, decrypted)));
            Source.requireSame(plain, decrypted);
            Source.requireSame(plain, unsealed);
        }
        System.out.println(sealing.row("seal"));
        System.out.println(unsealing.row("unseal"));
        storage.remove(NAME);
        for (Path file : new Path[] {plain, encrypted, decrypted, unsealed}) {
            Files.delete(file);
        }
    }

    private static void compare(Comparison comparison, int round, Way ours, Way plain) throws Exception {
        boolean oursFirst = round % 2 == 0;
        double plainSeconds = oursFirst ? 0 : plain.seconds();
        double ourSeconds = ours.seconds();
        if (oursFirst) {
            plainSeconds = plain.seconds();
        }
        if (round >= 0) {
            comparison.add(round, ourSeconds, plainSeconds);
        }
    }
}
