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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An object being read. What it returns is genuine. */
final class ObjectSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectSource.class);

    private final TeeObject reader;
    private final String name;
    private final long size;
    private final int transferSize;
    private final Place place;
    private final ByteBuffer position = Session.buffer(Long.BYTES);

    ObjectSource(TeeObject reader, String name, long size, int transferSize, Place place) {
        this.reader = reader;
        this.name = name;
        this.size = size;
        this.transferSize = TransferSize.bounded(transferSize);
        this.place = place;
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
                    Reason.FAILED, ObjectNames.quote(name) + " has " + size + " bytes, the TEE answered with others");
        }
        return count;
    }

    /** Gives the TA's room back now; where that fails, the TA takes it back later. */
    @Override
    public void close() {
        try {
            reader.invoke(SealedStorageProtocol.READER_CLOSE, new Arguments());
        } catch (TeeException e) {
            LOG.debug("The TA will close an object later: {}", e.getMessage());
        } finally {
            reader.close();
            place.close();
        }
    }
}
