// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ermine.tee.sealed.SealedStorage;

/**
 * The first use in a JVM: one file, sealed or unsealed, or encrypted or decrypted without a TEE. What is unsealed or
 * decrypted is what a JVM before this one left.
 */
final class Cold {

    private static final String NAME = "cold";

    private final SealedStorage storage;
    private final Path plain;
    private final Path encrypted;
    private final Path result;
    private final long size;

    Cold(SealedStorage storage, Path folder, long size) {
        this.storage = storage;
        this.size = size;
        plain = folder.resolve("plain");
        encrypted = folder.resolve("encrypted");
        result = folder.resolve("result");
    }

    /** @param what {@code seal}, {@code unseal}, {@code encrypt} or {@code decrypt} */
    void measure(String what) throws Exception {
        if (!Files.exists(plain)) {
            Source.generate(plain, size);
        }
        Files.deleteIfExists(result);
        long start = System.nanoTime();
        switch (what) {
            case "seal" -> storage.seal(NAME, plain);
            case "unseal" -> storage.unseal(NAME, result);
            case "encrypt" -> new PlainCrypto().encrypt(plain, encrypted);
            case "decrypt" -> new PlainCrypto().decrypt(encrypted, result);
            default -> throw new IllegalArgumentException("unknown: " + what);
        }
        System.out.printf("cold %s %.4f%n", what, (System.nanoTime() - start) / 1e9);
        if (Files.exists(result)) {
            Source.requireSame(plain, result);
        }
    }
}
