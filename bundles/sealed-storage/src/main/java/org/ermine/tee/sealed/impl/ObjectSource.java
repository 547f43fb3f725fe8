// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** An object being read. What it returns is genuine. */
final class ObjectSource implements AutoCloseable {

    private final TeeObject reader;
    private final String name;
    private final long size;
    private final int transferSize;
    private final ByteBuffer position = Session.buffer(Long.BYTES);

    ObjectSource(TeeObject reader, String name, long size, int transferSize) {
        this.reader = reader;
        this.name = name;
        this.size = size;
        this.transferSize = TransferSize.bounded(transferSize);
    }

    long size() {
        return size;
    }

    int transferSize() {
        return transferSize;
    }

    /** Reads at least one byte from {@code offset}, which is before the end. */
    int read(long offset, byte[] data) throws SealedStorageException {
        position.putLong(0, offset);
        Arguments arguments = new Arguments().in(position).out(data);
        try {
            reader.invoke(SealedStorageProtocol.READER_READ, arguments);
        } catch (TeeException e) {
            throw Explanation.ofChunk(name, 1 + offset / transferSize, e);
        }
        int count = arguments.size(1);
        if (count == 0 || count > size - offset) {
            throw new SealedStorageException(
                    Reason.FAILED, "'" + name + "' has " + size + " bytes, the TEE answered with others");
        }
        return count;
    }

    @Override
    public void close() {
        reader.close();
    }
}
