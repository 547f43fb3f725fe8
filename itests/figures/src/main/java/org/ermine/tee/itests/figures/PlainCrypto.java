// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What sealed storage is measured against: AES-256-GCM of the JCA over a file, with no TEE and no protocol. Reads a
 * file, encrypts or decrypts it in chunks of the size that sealed storage uses, writes the result and forces it to the
 * disk. Direct buffers, which are faster here than arrays: the file operations need no copy.
 */
final class PlainCrypto {

    /** Bytes of a chunk of sealed storage. */
    private static final int CHUNK = 496 << 10;

    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final int WARM_UP_ROUNDS = 200_000;

    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");

    private final ByteBuffer input = ByteBuffer.allocateDirect(CHUNK + TAG);
    private final ByteBuffer output = ByteBuffer.allocateDirect(CHUNK + TAG);
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE);

    /**
     * Lets the just-in-time compiler find the cipher's inner loops, which large buffers run through too seldom for it.
     */
    void warmUp() throws GeneralSecurityException {
        byte[] block = new byte[TAG];
        Cipher cipher = newCipher();
        cipher.init(Cipher.ENCRYPT_MODE, KEY, new GCMParameterSpec(8 * TAG, new byte[NONCE]));
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            cipher.update(block, 0, block.length, block, 0);
        }
    }

    void encrypt(Path source, Path target) throws IOException, GeneralSecurityException {
        crypt(Cipher.ENCRYPT_MODE, source, CHUNK, target);
    }

    void decrypt(Path source, Path target) throws IOException, GeneralSecurityException {
        crypt(Cipher.DECRYPT_MODE, source, CHUNK + TAG, target);
    }

    private void crypt(int mode, Path source, int chunk, Path target) throws IOException, GeneralSecurityException {
        try (FileChannel in = FileChannel.open(source);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            Cipher cipher = newCipher();
            int number = 0;
            while (fill(in, chunk)) {
                cipher.init(
                        mode,
                        KEY,
                        new GCMParameterSpec(8 * TAG, nonce.putInt(8, number++).array()));
                cipher.doFinal(input, output.clear());
                output.flip();
                while (output.hasRemaining()) {
                    out.write(output);
                }
            }
            out.force(true);
        }
    }

    private static Cipher newCipher() throws GeneralSecurityException {
        return Cipher.getInstance("AES/GCM/NoPadding");
    }

    private boolean fill(FileChannel in, int count) throws IOException {
        input.clear().limit(count);
        int read = 0;
        while (input.hasRemaining() && read >= 0) {
            read = in.read(input);
        }
        input.flip();
        return input.hasRemaining();
    }
}
