// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.connection.DrawerUser;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.failure.FileFailures;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.object.ObjectSink;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.MetadataCodec;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Content on its way into an object. The TA hears of it when there is a whole chunk, or a commit: who brings it may be
 * slow, and takes no place meanwhile. Used by one thread at a time.
 */
public final class ObjectDraft implements AutoCloseable {

    private final DrawerUser user;
    private final String name;
    private final WriteMode mode;
    private final byte[] chunk = new byte[SealedStorageProtocol.TRANSFER_SIZE];
    private int filled;
    /** Both null until there is something for the TA. */
    private volatile Session session;

    private ObjectSink sink;
    private byte[] description = {};

    private ObjectDraft(DrawerUser user, String name, WriteMode mode) {
        this.user = user;
        this.name = name;
        this.mode = mode;
    }

    /** Says now, before there is any content, what would be in the way of it. */
    public static ObjectDraft begin(DrawerUser user, String name, WriteMode mode) throws SealedStorageException {
        try (Session look = user.open()) {
            if (mode == WriteMode.NEW) {
                look.requireNothing(name);
            }
        }
        return new ObjectDraft(user, name, mode);
    }

    String name() {
        return name;
    }

    /** The device that it leads to; null if it has nothing for one yet. For any thread. */
    DeviceService device() {
        Session present = session;
        return present == null ? null : present.device();
    }

    void append(byte[] data, int from, int count) throws SealedStorageException {
        int done = 0;
        while (done < count) {
            int part = Math.min(count - done, chunk.length - filled);
            System.arraycopy(data, from + done, chunk, filled, part);
            filled += part;
            done += part;
            if (filled == chunk.length) {
                send();
            }
        }
    }

    /**
     * Appends the next piece of a stream, to a draft of which nothing else was appended.
     *
     * @return how many bytes; 0 at its end
     */
    public int appendFrom(InputStream source) throws SealedStorageException {
        try {
            int count = source.readNBytes(chunk, 0, chunk.length);
            Objects.checkFromIndexSize(0, count, chunk.length);
            filled = count;
        } catch (IOException e) {
            throw FileFailures.of(Reason.SOURCE_UNREADABLE, "reading what is to be sealed failed", e);
        }
        int read = filled;
        if (read > 0) {
            send();
        }
        return read;
    }

    void describe(Map<String, String> metadata) {
        description = MetadataCodec.encode(metadata);
    }

    public SealedEntry commit() throws SealedStorageException {
        if (filled > 0) {
            send();
        }
        Interrupts.check();
        return sink().commit(description);
    }

    private void send() throws SealedStorageException {
        Interrupts.check();
        sink().write(chunk, filled);
        filled = 0;
    }

    private ObjectSink sink() throws SealedStorageException {
        if (sink == null) {
            session = user.open();
            sink = session.create(name, mode, user.take(name));
        }
        return sink;
    }

    /** Frees at once what was not committed. */
    @Override
    public void close() {
        close(true);
    }

    /** @param asking whether the TA is asked to free what was not committed; if not, it does so some time later */
    void close(boolean asking) {
        Arrays.fill(chunk, (byte) 0);
        try {
            if (sink != null) {
                sink.close(asking);
            }
        } finally {
            if (session != null) {
                session.close();
            }
        }
    }
}
