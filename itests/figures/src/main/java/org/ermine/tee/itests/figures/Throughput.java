// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;

/**
 * Sealed storage against plain AES-256-GCM of the JCA over the same file in the same run: both read a file, encrypt or decrypt
 * in chunks, write the result and force it to the disk.
 */
final class Throughput {

    private static final int CHUNK = 480 << 10;
    private static final int TAG = 16;
    private static final int ROUNDS = 3;
    private static final String NAME = "figures";

    private final SealedStorage storage;
    private final Path folder;
    private final long size;

    /** @param size bytes of the file */
    Throughput(SealedStorage storage, Path folder, long size) {
        this.storage = storage;
        this.folder = folder;
        this.size = size;
    }

    void measure() throws IOException, GeneralSecurityException, SealedStorageException {
        Path plain = folder.resolve("plain");
        Path encrypted = folder.resolve("encrypted");
        Path decrypted = folder.resolve("decrypted");
        Path unsealed = folder.resolve("unsealed");
        generate(plain);
        for (int round = 1; round <= ROUNDS; round++) {
            long start = System.nanoTime();
            crypt(Cipher.ENCRYPT_MODE, plain, CHUNK, encrypted);
            double encrypt = seconds(start);
            start = System.nanoTime();
            storage.seal(NAME, plain, ProgressListener.NONE);
            double seal = seconds(start);

            start = System.nanoTime();
            crypt(Cipher.DECRYPT_MODE, encrypted, CHUNK + TAG, decrypted);
            double decrypt = seconds(start);
            start = System.nanoTime();
            storage.unseal(NAME, unsealed, ProgressListener.NONE);
            double unseal = seconds(start);

            requireSame(plain, decrypted);
            requireSame(plain, unsealed);
            report("seal " + round, seal, encrypt);
            report("unseal " + round, unseal, decrypt);
            report("both " + round, seal + unseal, encrypt + decrypt);
        }
        storage.remove(NAME);
        for (Path file : new Path[] {plain, encrypted, decrypted, unsealed}) {
            Files.delete(file);
        }
    }

    private void report(String what, double ours, double plain) {
        double mebibytes = size / (double) (1 << 20);
        System.out.printf(
                "| %s | %.0f MiB/s, plain JCA %.0f MiB/s: %.0f %% |%n",
                what, mebibytes / ours, mebibytes / plain, 100 * plain / ours);
    }

    private void generate(Path file) throws IOException {
        Random random = new Random(1);
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < size; written += block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(block.length, size - written));
            }
        }
    }

    private static void crypt(int mode, Path source, int chunk, Path target)
            throws IOException, GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        ByteBuffer nonce = ByteBuffer.allocate(12);
        byte[] output = new byte[chunk + TAG];
        ByteBuffer input = ByteBuffer.allocate(chunk);
        try (FileChannel in = FileChannel.open(source);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long number = 0;
            while (fill(input, in)) {
                nonce.putLong(4, number++);
                cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce.array()));
                int length = cipher.doFinal(input.array(), 0, input.limit(), output, 0);
                out.write(ByteBuffer.wrap(output, 0, length));
            }
            out.force(true);
        }
    }

    private static boolean fill(ByteBuffer buffer, FileChannel channel) throws IOException {
        buffer.clear();
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = channel.read(buffer);
        }
        buffer.flip();
        return buffer.hasRemaining();
    }

    private static void requireSame(Path expected, Path actual) throws IOException {
        long difference = Files.mismatch(expected, actual);
        if (difference >= 0) {
            throw new IOException(actual + " differs from " + expected + " at byte " + difference);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
