// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** What one operation asks of the TA, by a connection that it may share with others. */
final class Session implements AutoCloseable {

    private static final int LIST_PAGE_SIZE = 64 * 1024;

    // There already when an object is opened: to make them then might fail.
    private static final Opened<ObjectSink> SINK = (object, name, reply, place) -> new ObjectSink(object, name, place);
    private static final Opened<ObjectSource> SOURCE =
            (object, name, reply, place) -> new ObjectSource(object, name, reply.getLong(0), reply.getInt(16), place);

    private final TeeDevice device;
    private final TeeObject application;
    private final Runnable whenClosed;

    /** @param whenClosed gives the connection back */
    Session(TeeDevice device, TeeObject application, Runnable whenClosed) {
        this.device = device;
        this.application = application;
        this.whenClosed = whenClosed;
    }

    TeeDevice device() {
        return device;
    }

    /** Starts writing an object, which takes the place over. */
    ObjectSink create(String name, Placement placement, Place place) throws SealedStorageException {
        return open(placement.operation(), 4, name, place, SINK);
    }

    /** Opens an object for reading, which takes the place over. */
    ObjectSource open(String name, Place place) throws SealedStorageException {
        return open(SealedStorageProtocol.OP_OPEN, 20, name, place, SOURCE);
    }

    /** Makes what an open object of the TA is used by; it takes the object and its place over. */
    @FunctionalInterface
    interface Opened<T> {
        T of(TeeObject object, String name, ByteBuffer reply, Place place);
    }

    /** Opens an object of the TA. Whatever goes wrong on the way, neither it nor the place is lost. */
    <T> T open(int op, int replySize, String name, Place place, Opened<T> opened) throws SealedStorageException {
        TeeObject object = null;
        T result = null;
        try {
            ByteBuffer reply = buffer(replySize);
            Arguments arguments =
                    new Arguments().in(ObjectNames.encode(name)).out(reply).outObject();
            application.invoke(op, arguments);
            object = arguments.teeObject(2);
            result = opened.of(object, name, reply, place);
            return result;
        } catch (TeeException e) {
            throw Explanation.ofOpening(name, place, e);
        } finally {
            if (result == null) {
                giveUp(object, place);
            }
        }
    }

    /** @param object null if it was not opened */
    private static void giveUp(TeeObject object, Place place) {
        try {
            if (object != null) {
                object.close();
            }
        } finally {
            place.close();
        }
    }

    void remove(String name) throws SealedStorageException {
        try {
            application.invoke(SealedStorageProtocol.OP_REMOVE, new Arguments().in(ObjectNames.encode(name)));
        } catch (TeeException e) {
            throw Explanation.ofDecision(name, "removed", e);
        }
    }

    void reset() throws SealedStorageException {
        try {
            application.invoke(SealedStorageProtocol.OP_RESET, new Arguments());
        } catch (TeeException e) {
            throw Explanation.ofReset(e);
        }
    }

    Optional<SealedEntry> find(String name) throws SealedStorageException {
        ByteBuffer reply = buffer(16);
        try {
            application.invoke(
                    SealedStorageProtocol.OP_FIND,
                    new Arguments().in(ObjectNames.encode(name)).out(reply));
        } catch (TeeException e) {
            SealedStorageException failure = Explanation.ofObject(name, e);
            if (failure.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
        return Optional.of(new SealedEntry(name, reply.getLong(0), Instant.ofEpochMilli(reply.getLong(8))));
    }

    void requireNothing(String name) throws SealedStorageException {
        if (find(name).isPresent()) {
            throw Explanation.ofExisting(name);
        }
    }

    List<SealedEntry> list() throws SealedStorageException {
        List<SealedEntry> entries = new ArrayList<>();
        ByteBuffer page = buffer(LIST_PAGE_SIZE);
        byte[] last = {};
        do {
            Interrupts.check();
            Arguments arguments = new Arguments().in(last).out(page.clear());
            try {
                application.invoke(SealedStorageProtocol.OP_LIST, arguments);
            } catch (TeeException e) {
                throw Explanation.ofStore(e);
            }
            page.limit(arguments.size(1));
            last = addEntries(page, entries);
        } while (last.length > 0);
        return List.copyOf(entries);
    }

    /** Returns the last name of the page; empty if the page is. */
    private static byte[] addEntries(ByteBuffer page, List<SealedEntry> entries) throws SealedStorageException {
        byte[] name = {};
        try {
            while (page.hasRemaining()) {
                long size = page.getLong();
                Instant created = Instant.ofEpochMilli(page.getLong());
                name = new byte[Short.toUnsignedInt(page.getShort())];
                page.get(name);
                entries.add(new SealedEntry(new String(name, StandardCharsets.UTF_8), size, created));
            }
            return name;
        } catch (BufferUnderflowException e) {
            throw new SealedStorageException(Reason.FAILED, "the TEE answered with a list that makes no sense", e);
        }
    }

    @Override
    public void close() {
        whenClosed.run();
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
