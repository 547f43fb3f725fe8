// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An object being read. What it returns is genuine. Used by one thread; beside it another one may fetch. */
public final class ObjectSource implements AutoCloseable {

    /** What every virtual machine can make. */
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private static final Logger LOG = LoggerFactory.getLogger(ObjectSource.class);

    private final TeeObject reader;
    private final NamedObject named;
    private final long size;
    private final int transferSize;
    private final Place place;
    private final FailureDetails details;

    ObjectSource(
            TeeObject reader, NamedObject named, long size, int transferSize, Place place, FailureDetails details) {
        this.reader = reader;
        this.named = named;
        this.size = size;
        this.transferSize = TransferSize.bounded(transferSize);
        this.place = place;
        this.details = details;
    }

    /**
     * Of an object without content nobody reads anything. So its chunk, which is empty, is read here: whoever opens it
     * is told that it is damaged, or bound to other associated data, as of any object.
     */
    ObjectSource withEmptyAuthenticated() throws SealedStorageException {
        if (size == 0) {
            byte[] room = new byte[1];
            requireCount(request(0, room, 0, room.length), 0, 0);
        }
        return this;
    }

    public long size() {
        return size;
    }

    public int transferSize() {
        return transferSize;
    }

    /**
     * Reads at least one byte from {@code offset}, which is before the end.
     *
     * @param most more than 0, and as a rule the transfer size or less
     */
    public int read(long offset, byte[] data, int from, int most) throws SealedStorageException {
        int count = request(offset, data, from, most);
        requireCount(count, 1, size - offset);
        return count;
    }

    /** Reads {@code count} bytes from {@code offset}, which are there. */
    void readFully(long offset, byte[] data, int count) throws SealedStorageException {
        int done = 0;
        while (done < count) {
            done += read(offset + done, data, done, count - done);
        }
    }

    /** Has the TA fetch the piece at {@code offset}, so that it need not when that is read. */
    void fetch(long offset) throws TeeException {
        ByteBuffer position = LittleEndian.buffer(Long.BYTES).putLong(0, offset);
        reader.invoke(SealedStorageProtocol.READER_FETCH, new Arguments().in(position));
    }

    private int request(long offset, byte[] data, int from, int most) throws SealedStorageException {
        ByteBuffer position = LittleEndian.buffer(Long.BYTES).putLong(0, offset);
        Arguments arguments = new Arguments().in(position).out(data, from, most);
        try {
            reader.invoke(SealedStorageProtocol.READER_READ, arguments);
        } catch (TeeException e) {
            throw Explanation.ofChunk(named, 1 + offset / transferSize, details.of(e));
        }
        return arguments.size(1);
    }

    private void requireCount(int count, long least, long most) throws SealedStorageException {
        if (count < least || count > most) {
            throw new SealedStorageException(
                    Reason.FAILED, named + " has " + size + " bytes, the TEE answered with others");
        }
    }

    /** All of it, in one array, of which no copy is left. */
    public byte[] readAll() throws SealedStorageException {
        if (size > LONGEST_ARRAY) {
            throw new SealedStorageException(
                    Reason.TOO_LARGE,
                    named + " has " + size + " bytes, an array can hold " + LONGEST_ARRAY
                            + "; it can be read as a stream");
        }
        byte[] content = new byte[Math.toIntExact(size)];
        boolean whole = false;
        try {
            int done = 0;
            while (done < content.length) {
                Interrupts.check();
                done += read(done, content, done, Math.min(transferSize, content.length - done));
            }
            whole = true;
            return content;
        } finally {
            if (!whole) {
                Arrays.fill(content, (byte) 0);
            }
        }
    }

    /** Gives the TA's room back now; where that fails, the TA takes it back later. */
    @Override
    public void close() {
        close(true);
    }

    /** @param asking whether the TA is asked to take its room back; if not, it does so some time later */
    public void close(boolean asking) {
        try {
            if (asking) {
                reader.invoke(SealedStorageProtocol.READER_CLOSE, new Arguments());
            }
        } catch (TeeException e) {
            LOG.debug("The TA will close an object later: {}", e.getMessage());
        } finally {
            reader.close();
            place.close();
        }
    }
}
