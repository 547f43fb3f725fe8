// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Objects;
import org.ermine.tee.sealed.lifecycle.Ending;

/** An object as a channel that reads at any position. */
final class ObjectChannel implements SeekableByteChannel {

    private final OpenReader reader;
    private volatile boolean closed;
    private long position;

    /** Closes the reader when it is closed. */
    ObjectChannel(OpenReader reader) {
        this.reader = reader;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        requireOpen();
        if (Objects.requireNonNull(target, "target").isReadOnly()) {
            throw new IllegalArgumentException("the buffer to read into is read-only");
        }
        int read = reader.read(position, target);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public long position() throws ClosedChannelException {
        requireOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long wanted) throws ClosedChannelException {
        requireOpen();
        if (wanted < 0) {
            throw new IllegalArgumentException("there is no position " + wanted);
        }
        position = wanted;
        return this;
    }

    @Override
    public long size() throws ClosedChannelException {
        requireOpen();
        return reader.size();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return !closed && !reader.hasEnded();
    }

    @Override
    public void close() {
        closed = true;
        reader.end(Ending.CLOSED);
    }

    /** Whoever closed it is told as of any channel; who did not is told by the reader why it was closed. */
    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }
}
