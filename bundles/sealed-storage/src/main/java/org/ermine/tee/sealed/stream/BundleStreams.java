// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.function.Function;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.connection.Connections;
import org.ermine.tee.sealed.connection.DrawerUser;
import org.ermine.tee.sealed.lifecycle.Ending;
import org.ermine.tee.sealed.lifecycle.OpenStream;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.WriteMode;

/**
 * Opens streams for one bundle, and ends them all when it stops or gives sealed storage back. Thread-safe, without a
 * lock.
 */
public final class BundleStreams implements AutoCloseable {

    // There already when a stream is opened: to make them then might fail.
    private static final Function<OpenReader, InputStream> INPUT = ObjectInput::new;
    private static final Function<OpenReader, SeekableByteChannel> CHANNEL = ObjectChannel::new;
    private static final Function<OpenWriter, SealedOutputStream> OUTPUT = ObjectOutput::new;

    private final Connections connections;
    private final String owner;
    private volatile boolean closed;

    /** @param owner the bundle */
    public BundleStreams(Connections connections, String owner) {
        this.connections = connections;
        this.owner = owner;
    }

    /**
     * Whoever has sealed storage from a bundle acts for it; not so when the bundle has given it back.
     *
     * @throws SealedStorageException CLOSED if it has
     */
    public void requireOpen() throws SealedStorageException {
        if (closed) {
            throw new SealedStorageException(Reason.CLOSED, owner + " has stopped, or given sealed storage back");
        }
    }

    public InputStream input(DrawerUser user, String name) throws SealedStorageException {
        return watched(reader(user, name), INPUT);
    }

    public SeekableByteChannel channel(DrawerUser user, String name) throws SealedStorageException {
        return watched(reader(user, name), CHANNEL);
    }

    public SealedOutputStream output(DrawerUser user, String name, WriteMode mode) throws SealedStorageException {
        requireOpen();
        OpenWriter writer = new OpenWriter(connections, ObjectDraft.begin(user, name, mode));
        return watched(writer, OUTPUT);
    }

    private OpenReader reader(DrawerUser user, String name) throws SealedStorageException {
        requireOpen();
        Session session = user.open();
        ObjectSource source = null;
        OpenReader reader = null;
        try {
            source = session.open(name, user.take(name));
            reader = new OpenReader(name, session, source, connections.streams());
            return reader;
        } finally {
            if (reader == null) {
                close(session, source);
            }
        }
    }

    private static void close(Session session, ObjectSource source) {
        try {
            if (source != null) {
                source.close();
            }
        } finally {
            session.close();
        }
    }

    /** From now on it ends with its bundle or device. It has ended already if that was before. */
    private <S extends OpenStream, T> T watched(S stream, Function<S, T> giving) {
        T given;
        boolean added = false;
        try {
            given = giving.apply(stream);
            connections.watch(stream, given, this, owner);
            added = true;
        } finally {
            if (!added) {
                stream.end(Ending.CLOSED);
            }
        }
        if (closed) {
            stream.end(Ending.GIVEN_BACK);
        }
        return given;
    }

    @Override
    public void close() {
        closed = true;
        connections.streams().endOf(this);
    }
}
