// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.util.Map;
import java.util.Objects;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.lifecycle.Ending;

/** An object to be written, as a stream. */
final class ObjectOutput extends SealedOutputStream {

    private final OpenWriter writer;

    /** Closes the writer when it is closed. */
    ObjectOutput(OpenWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(int value) throws SealedStorageException {
        byte[] one = {(byte) value};
        try {
            write(one, 0, 1);
        } finally {
            one[0] = 0;
        }
    }

    @Override
    public void write(byte[] data) throws SealedStorageException {
        write(data, 0, Objects.requireNonNull(data, "data").length);
    }

    @Override
    public void write(byte[] data, int from, int count) throws SealedStorageException {
        Objects.checkFromIndexSize(from, count, Objects.requireNonNull(data, "data").length);
        writer.write(data, from, count);
    }

    @Override
    public void describe(Map<String, String> metadata) throws SealedStorageException {
        writer.describe(Objects.requireNonNull(metadata, "metadata"));
    }

    @Override
    public SealedEntry commit() throws SealedStorageException {
        return writer.commit();
    }

    @Override
    public void close() {
        writer.end(Ending.CLOSED);
    }
}
