// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.blocks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedEnvironment;

/**
 * Seals blocks in place, and opens them there or into another array. The key of a block is derived from the TA's key
 * and the block's kind and version; a version carries a random salt, and its blocks have different numbers, so the
 * number can be the nonce. Immutable; thread safe.
 */
public final class BlockCipher {

    static final int TAG_SIZE = 16;

    private static final int NONCE_SIZE = 12;
    private static final int WARM_UP_ROUNDS = 100_000;

    private final SecretKeySpec masterKey;
    private final byte[] storeId;

    public BlockCipher(TrustedEnvironment environment) {
        masterKey = new SecretKeySpec(environment.deriveKey("blocks"), "HmacSHA256");
        storeId = Arrays.copyOf(environment.deriveKey("store id"), BlockHeader.STORE_ID_SIZE);
    }

    /** Says which device and TA wrote a block; not secret. */
    public byte[] storeId() {
        return storeId;
    }

    /** Seals a file whose header and plaintext stand at {@code offset}: the plaintext becomes ciphertext and a tag. */
    public void seal(byte[] file, int offset, Block block) {
        int content = offset + BlockHeader.SIZE;
        try {
            cipher(Cipher.ENCRYPT_MODE, file, offset, block).doFinal(file, content, block.length(), file, content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to encrypt", e);
        }
    }

    /** Opens a file in place. Where it is not authentic, no plaintext is left in {@code file}. */
    public void open(byte[] file, int offset, Block block) throws DamageException {
        open(file, offset, block, file, offset + BlockHeader.SIZE);
    }

    /**
     * Opens a file into {@code content} from {@code start} on. Where it is not authentic, no plaintext is left there.
     * Into another array than {@code file} this is faster than in place, where the JCA makes a copy.
     */
    void open(byte[] file, int offset, Block block, byte[] content, int start) throws DamageException {
        int sealed = offset + BlockHeader.SIZE;
        try {
            cipher(Cipher.DECRYPT_MODE, file, offset, block)
                    .doFinal(file, sealed, block.length() + TAG_SIZE, content, start);
        } catch (AEADBadTagException e) {
            Arrays.fill(content, start, start + block.length(), (byte) 0);
            throw new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "its content was changed");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to decrypt", e);
        }
    }

    /**
     * Lets the just-in-time compiler find the cipher's inner loops. They run once per block, so the JVM would interpret
     * the first hundreds of megabytes at some 60 MB/s before it replaces them by the processor's AES instructions. A
     * tenth of a second, once.
     */
    public void warmUp() {
        byte[] block = new byte[16];
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(new byte[32], "AES"),
                    new GCMParameterSpec(TAG_SIZE * 8, new byte[NONCE_SIZE]));
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                cipher.update(block, 0, block.length, block, 0);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
    }

    private Cipher cipher(int mode, byte[] file, int offset, Block block) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_SIZE).putInt(8, block.number()).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(block), new GCMParameterSpec(TAG_SIZE * 8, nonce));
        cipher.updateAAD(file, offset, BlockHeader.SIZE);
        return cipher;
    }

    private SecretKeySpec key(Block block) throws GeneralSecurityException {
        ObjectVersion version = block.version();
        ByteBuffer context = ByteBuffer.allocate(41).order(ByteOrder.LITTLE_ENDIAN);
        context.put((byte) block.kind().ordinal());
        context.putLong(version.objectId().getMostSignificantBits());
        context.putLong(version.objectId().getLeastSignificantBits());
        context.putLong(version.generation());
        context.putLong(version.salt().getMostSignificantBits());
        context.putLong(version.salt().getLeastSignificantBits());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(masterKey);
        return new SecretKeySpec(mac.doFinal(context.array()), "AES");
    }
}
