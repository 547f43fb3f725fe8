// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.lifecycle.Ending;
import org.ermine.tee.sealed.lifecycle.OpenStream;
import org.ermine.tee.sealed.lifecycle.OpenStreams;
import org.ermine.tee.sealed.lifecycle.StreamUse;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.Session;

/**
 * An object that is open for reading at any position. Fetches whole chunks, and keeps one until another is wanted. What
 * is read is genuine, and of the version that was current when it was opened.
 */
final class OpenReader implements OpenStream {

    private final Session session;
    private final ObjectSource source;
    private final OpenStreams streams;
    private final StreamUse use;

    // Of the thread that uses the stream.
    private final byte[] chunk;
    private long start;
    private int length;

    /**
     * Takes session and source over.
     *
     * @param streams is told when nothing is held any more
     */
    OpenReader(String name, Session session, ObjectSource source, OpenStreams streams) {
        this.session = session;
        this.source = source;
        this.streams = streams;
        this.use = new StreamUse(name, this::giveUp);
        this.chunk = new byte[Math.toIntExact(Math.min(source.size(), source.transferSize()))];
    }

    long size() {
        return source.size();
    }

    /** How much is left from a position on; nothing can be read any more of a stream that has ended. */
    long rest(long position) throws SealedStorageException {
        use.requireOpen();
        return size() - position;
    }

    /**
     * Reads what there is room for, at most to the end of a chunk.
     *
     * @return how many bytes; -1 if {@code position} is at the end or beyond it
     */
    int read(long position, ByteBuffer target) throws SealedStorageException {
        use.enter();
        try {
            Interrupts.check();
            if (!target.hasRemaining()) {
                return 0;
            }
            if (position >= size()) {
                return -1;
            }
            fetch(position);
            int from = Math.toIntExact(position - start);
            int count = Math.min(target.remaining(), length - from);
            target.put(chunk, from, count);
            return count;
        } finally {
            use.leave();
        }
    }

    private void fetch(long position) throws SealedStorageException {
        if (!isHere(position)) {
            fetchFrom(position - position % chunk.length);
        }
        while (!isHere(position)) {
            fetchFrom(start + length);
        }
    }

    private boolean isHere(long position) {
        return position >= start && position < start + length;
    }

    private void fetchFrom(long position) throws SealedStorageException {
        length = 0;
        start = position;
        length = source.read(position, chunk, 0, chunk.length);
    }

    private void giveUp(Ending why) {
        Arrays.fill(chunk, (byte) 0);
        streams.remove(this);
        try {
            source.close(why.isByUser());
        } finally {
            session.close();
        }
    }

    boolean hasEnded() {
        return use.hasEnded();
    }

    @Override
    public void end(Ending why) {
        use.end(why);
    }

    @Override
    public DeviceService device() {
        return session.device();
    }
}
