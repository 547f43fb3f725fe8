// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with HMAC-SHA-256 (RFC 5869). */
final class Hkdf {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int HASH_SIZE = 32;

    private Hkdf() {}

    /** @param length at most 255 times 32 bytes */
    static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
        byte[] key = hmac(salt.length == 0 ? new byte[HASH_SIZE] : salt, secret);
        ByteBuffer out = ByteBuffer.allocate(length);
        byte[] block = {};
        for (int i = 1; out.hasRemaining(); i++) {
            byte[] input = Arrays.copyOf(block, block.length + info.length + 1);
            System.arraycopy(info, 0, input, block.length, info.length);
            input[input.length - 1] = (byte) i;
            block = hmac(key, input);
            out.put(block, 0, Math.min(block.length, out.remaining()));
        }
        Arrays.fill(key, (byte) 0);
        return out.array();
    }

    /** Joins texts so that no two lists of texts give the same bytes. */
    static byte[] info(String... parts) {
        ByteBuffer info = ByteBuffer.allocate(Arrays.stream(parts)
                .mapToInt(part -> Integer.BYTES + utf8(part).length)
                .sum());
        for (String part : parts) {
            byte[] bytes = utf8(part);
            info.putInt(bytes.length).put(bytes);
        }
        return info.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
