// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.attributes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * What objects are bound to: data that is not stored, and that whoever reads the object says again. The index, which is
 * authenticated and says which versions the chunks are of, has a digest of it.
 */
public final class Associations {

    private static final int DIGEST_SIZE = 32;

    private Associations() {}

    /** Of no data there is none, as where an object is not bound. */
    public static Bytes digest(ByteBuffer data) {
        if (!data.hasRemaining()) {
            return Bytes.NONE;
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(data);
            return Bytes.of(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A digest that was told before; none where an object is not bound. */
    public static Bytes decode(ByteBuffer digest) throws TeeException {
        if (digest.hasRemaining() && digest.remaining() != DIGEST_SIZE) {
            throw new TeeException(
                    TeeResult.SIZE_IN, "an association has " + DIGEST_SIZE + " bytes, not " + digest.remaining());
        }
        return Bytes.read(digest, digest.remaining());
    }

    public static void require(boolean bound) throws TeeException {
        if (!bound) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_ASSOCIATED_DATA),
                    "the object is bound to other associated data");
        }
    }
}
