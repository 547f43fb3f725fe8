// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** What the TA tells of objects and of drawers. */
public final class Entries {

    /** The most bytes of one entry. */
    public static final int MOST_SIZE =
            8 + 8 + 2 + SealedStorageProtocol.MAX_NAME_BYTES + 1 + 2 + SealedStorageProtocol.MAX_DESCRIPTION_BYTES;

    private Entries() {}

    /** Reads one. */
    @FunctionalInterface
    private interface Reading<T> {
        T read(ByteBuffer bytes);
    }

    /** Reads all objects from position to limit. */
    public static List<SealedEntry> read(ByteBuffer bytes) throws SealedStorageException {
        return readAll(bytes, Entries::entry);
    }

    /** Reads all drawers from position to limit. */
    public static List<SealedDrawer> readDrawers(ByteBuffer bytes) throws SealedStorageException {
        return readAll(bytes, Entries::drawer);
    }

    private static <T> List<T> readAll(ByteBuffer bytes, Reading<T> reading) throws SealedStorageException {
        List<T> all = new ArrayList<>();
        try {
            while (bytes.hasRemaining()) {
                all.add(reading.read(bytes));
            }
            return all;
        } catch (BufferUnderflowException e) {
            throw new SealedStorageException(Reason.FAILED, "the TEE answered with a list that makes no sense", e);
        }
    }

    private static SealedEntry entry(ByteBuffer bytes) {
        long size = bytes.getLong();
        Instant created = Instant.ofEpochMilli(bytes.getLong());
        String name = text(bytes);
        bytes.get();
        return new SealedEntry(name, size, created, MetadataCodec.decode(sized(bytes)));
    }

    private static SealedDrawer drawer(ByteBuffer bytes) {
        long objects = bytes.getLong();
        long size = bytes.getLong();
        return new SealedDrawer(text(bytes), objects, size);
    }

    private static String text(ByteBuffer bytes) {
        return new String(sized(bytes), StandardCharsets.UTF_8);
    }

    private static byte[] sized(ByteBuffer bytes) {
        byte[] content = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(content);
        return content;
    }
}
