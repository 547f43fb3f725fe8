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
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** A connection to the TA for one operation: owns a context and the application object, and closes both. */
final class Session implements AutoCloseable {

    private static final int LIST_PAGE_SIZE = 64 * 1024;

    private final TeeContext context;
    private final AppController controller;
    private final TeeObject application;

    private Session(TeeContext context, AppController controller, TeeObject application) {
        this.context = context;
        this.controller = controller;
        this.application = application;
    }

    static Session open(TeeDevice device) throws SealedStorageException {
        TeeContext context;
        try {
            context = device.open();
        } catch (TeeException e) {
            throw Explanation.ofConnecting(e);
        }
        Session session = null;
        try {
            session = connect(context);
            return session;
        } catch (TeeException e) {
            throw Explanation.ofConnecting(e);
        } finally {
            if (session == null) {
                context.close();
            }
        }
    }

    private static Session connect(TeeContext context) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(context);
                AppLoader loader = AppLoader.open(environment)) {
            AppController controller = loader.connectOrLoadEmbedded(SealedStorageProtocol.TA_NAME);
            try {
                return new Session(context, controller, controller.appObject());
            } catch (TeeException e) {
                controller.close();
                throw e;
            }
        }
    }

    /** Starts writing an object. */
    ObjectSink create(String name) throws SealedStorageException {
        ByteBuffer reply = buffer(4);
        Arguments arguments =
                new Arguments().in(ObjectNames.encode(name)).out(reply).outObject();
        try {
            application.invoke(SealedStorageProtocol.OP_CREATE, arguments);
            return new ObjectSink(arguments.teeObject(2), name, reply.getInt(0));
        } catch (TeeException e) {
            throw Explanation.ofObject(name, e);
        }
    }

    /** Opens an object for reading. */
    ObjectSource open(String name) throws SealedStorageException {
        ByteBuffer reply = buffer(20);
        Arguments arguments =
                new Arguments().in(ObjectNames.encode(name)).out(reply).outObject();
        try {
            application.invoke(SealedStorageProtocol.OP_OPEN, arguments);
            return new ObjectSource(arguments.teeObject(2), name, reply.getLong(0), reply.getInt(16));
        } catch (TeeException e) {
            throw Explanation.ofObject(name, e);
        }
    }

    void remove(String name) throws SealedStorageException {
        try {
            application.invoke(SealedStorageProtocol.OP_REMOVE, new Arguments().in(ObjectNames.encode(name)));
        } catch (TeeException e) {
            throw Explanation.ofObject(name, e);
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
        application.close();
        controller.close();
        context.close();
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
