// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.io.IOException;

/**
 * Writes an archive: of each object what there is to say, then its content, in the order of drawers and names. Used by
 * one thread.
 */
public final class ArchiveWriter implements AutoCloseable {

    private final ArchiveOutput output;
    private long objects;

    private ArchiveWriter(ArchiveOutput output) {
        this.output = output;
    }

    /**
     * Begins an archive.
     *
     * @param passphrase is not kept
     */
    public static ArchiveWriter begin(Sink target, char[] passphrase) throws IOException {
        return new ArchiveWriter(new ArchiveOutput(target, ArchiveHeader.random(), passphrase));
    }

    /** Takes the bytes of an archive, which are another's when it returns. */
    @FunctionalInterface
    public interface Sink {
        void write(byte[] data, int count) throws IOException;
    }

    /** An object, whose content follows. */
    public void object(ArchivedObject object) throws IOException {
        RecordCodec.writeObject(output, object);
        objects++;
    }

    /** A piece of content. */
    public void content(byte[] data, int count) throws IOException {
        output.write(data, 0, count);
    }

    /** There are no more objects. Without this, it is no archive. */
    public long end() throws IOException {
        RecordCodec.writeEnd(output, objects);
        output.end();
        return objects;
    }

    @Override
    public void close() {
        output.close();
    }
}
