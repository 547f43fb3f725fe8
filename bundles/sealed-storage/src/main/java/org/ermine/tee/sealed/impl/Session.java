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
        ByteBuffer transferSize = buffer(4);
        return new ObjectSink(invoke(placement.operation(), name, transferSize, place), name, place);
    }

    /** Opens an object for reading, which takes the place over. */
    ObjectSource open(String name, Place place) throws SealedStorageException {
        ByteBuffer reply = buffer(20);
        TeeObject reader = invoke(SealedStorageProtocol.OP_OPEN, name, reply, place);
        return new ObjectSource(reader, name, reply.getLong(0), reply.getInt(16), place);
    }

    private TeeObject invoke(int op, String name, ByteBuffer reply, Place place) throws SealedStorageException {
        TeeObject opened = null;
        try {
            Arguments arguments =
                    new Arguments().in(ObjectNames.encode(name)).out(reply).outObject();
            application.invoke(op, arguments);
            opened = arguments.teeObject(2);
            return opened;
        } catch (TeeException e) {
            throw Explanation.ofOpening(name, place, e);
        } finally {
            if (opened == null) {
                place.close();
            }
        }
    }

    void remove(String name) throws SealedStorageException {
        try {
            application.invoke(SealedStorageProtocol.OP_REMOVE, new Arguments().in(ObjectNames.encode(name)));
        } catch (TeeException e) {
            throw Explanation.ofDecision(name, "removed", e);
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
