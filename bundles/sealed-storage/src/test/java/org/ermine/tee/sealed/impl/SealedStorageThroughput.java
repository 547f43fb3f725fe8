// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;

/**
 * Compares sealing and unsealing a file with plain AES-256-GCM over the same file: both read a file, write another and
 * make it durable. The TA and its client without a transport between them. Arguments: MiB of the file, number of
 * rounds, and whether the storage makes each write durable (true), or leaves that to the operating system to show what
 * the TA itself costs (false).
 */
public final class SealedStorageThroughput {

    private static final int PIECE = 496 * 1024;
    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");

    private final Path folder;
    private final int mebibytes;
    private final TestBundles bundles;
    private final SealedStorageClient client;

    private SealedStorageThroughput(Path folder, int mebibytes, boolean durable) throws IOException {
        this.folder = folder;
        this.mebibytes = mebibytes;
        Path store = Files.createDirectory(folder.resolve("store"));
        bundles = TestBundles.on(new FakeTee(new FakeEnvironment("device", new DirectoryFileStorage(store, durable))));
        client = bundles.client("org.example.client");
    }

    /** One measured step. */
    private interface Step {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "throughput");
        try {
            new SealedStorageThroughput(folder, Integer.parseInt(arguments[0]), Boolean.parseBoolean(arguments[2]))
                    .run(Integer.parseInt(arguments[1]));
        } finally {
            delete(folder);
        }
    }

    private void run(int rounds) throws Exception {
        Path source = folder.resolve("source");
        writeRandom(source);
        for (int round = 0; round < rounds; round++) {
            double seal = measure(() -> client.seal("x", source, ProgressListener.NONE));
            double unseal = measure(() -> client.unseal("x", folder.resolve("unsealed"), ProgressListener.NONE));
            double encrypt = measure(() -> encrypt(source, folder.resolve("encrypted")));
            double decrypt = measure(() -> decrypt(folder.resolve("encrypted"), folder.resolve("decrypted")));
            System.out.printf(
                    "seal %.0f MiB/s (%.0f %% of plain %.0f), unseal %.0f MiB/s (%.0f %% of plain %.0f), both %.0f"
                            + " %%%n",
                    mebibytes / seal,
                    100 * encrypt / seal,
                    mebibytes / encrypt,
                    mebibytes / unseal,
                    100 * decrypt / unseal,
                    mebibytes / decrypt,
                    100 * (encrypt + decrypt) / (seal + unseal));
        }
        if (Files.mismatch(source, folder.resolve("unsealed")) >= 0) {
            throw new IllegalStateException("what was unsealed differs");
        }
    }

    private static double measure(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private void writeRandom(Path file) throws IOException {
        byte[] data = new byte[1024 * 1024];
        Random random = new Random(1);
        try (OutputStream output = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(data);
                output.write(data);
            }
        }
    }

    private static void encrypt(Path from, Path to) throws IOException, GeneralSecurityException {
        byte[] room = new byte[PIECE + 16];
        try (InputStream input = Files.newInputStream(from);
                FileChannel output = create(to)) {
            int number = 0;
            int count = input.readNBytes(room, 0, PIECE);
            while (count > 0) {
                int size = cipher(Cipher.ENCRYPT_MODE, number++).doFinal(room, 0, count, room, 0);
                output.write(ByteBuffer.wrap(room, 0, size));
                count = input.readNBytes(room, 0, PIECE);
            }
            output.force(true);
        }
    }

    private static void decrypt(Path from, Path to) throws IOException, GeneralSecurityException {
        byte[] room = new byte[PIECE + 16];
        try (InputStream input = Files.newInputStream(from);
                FileChannel output = create(to)) {
            int number = 0;
            int count = input.readNBytes(room, 0, room.length);
            while (count > 0) {
                int size = cipher(Cipher.DECRYPT_MODE, number++).doFinal(room, 0, count, room, 0);
                output.write(ByteBuffer.wrap(room, 0, size));
                count = input.readNBytes(room, 0, room.length);
            }
            output.force(true);
        }
    }

    private static Cipher cipher(int mode, int number) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] iv = ByteBuffer.allocate(12).putInt(number).array();
        cipher.init(mode, KEY, new GCMParameterSpec(128, iv));
        return cipher;
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
