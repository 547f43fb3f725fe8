// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts or decrypts the segments of one archive, in their order. Used by one thread. */
final class SegmentCipher {

    static final int TAG_SIZE = 16;

    private static final int KEY_BITS = 256;
    private static final int NONCE_SIZE = 12;
    private static final int NUMBER_OFFSET = 3;
    private static final byte NOT_LAST = 0;
    private static final byte LAST = 1;

    private final byte[] header;
    private final SecretKeySpec key;
    private long number;

    /** Derives the key, which takes a good part of a second. */
    SegmentCipher(ArchiveHeader header, char[] passphrase) {
        this.header = header.encode();
        this.key = derive(header, passphrase);
    }

    private static SecretKeySpec derive(ArchiveHeader header, char[] passphrase) {
        PBEKeySpec spec = new PBEKeySpec(passphrase, header.salt(), header.iterations(), KEY_BITS);
        try {
            return new SecretKeySpec(
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded(),
                    "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform of ours has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    /** The number of the next segment. */
    long number() {
        return number;
    }

    /** Returns the bytes of ciphertext and tag. */
    int encrypt(byte[] content, int size, boolean last, byte[] encrypted) {
        try {
            return next(Cipher.ENCRYPT_MODE, last).doFinal(content, 0, size, encrypted, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to encrypt", e);
        }
    }

    /**
     * Returns the bytes of content; -1 if the segment is not authentic, or not this one. Then it is to be tried again
     * as the last one, or given up.
     */
    int decrypt(byte[] encrypted, int size, boolean last, byte[] content) {
        try {
            return next(Cipher.DECRYPT_MODE, last).doFinal(encrypted, 0, size, content, 0);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to decrypt", e);
        }
    }

    private Cipher next(int mode, boolean last) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_SIZE];
        ByteBuffer.wrap(nonce).putLong(NUMBER_OFFSET, number);
        nonce[NONCE_SIZE - 1] = last ? LAST : NOT_LAST;
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_SIZE * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        number++;
        return cipher;
    }
}
