// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.trusted.TrustedObject;

/** What clients of the TA get first: creates, opens, lists and removes objects. Stateless. */
final class ApplicationObject implements TrustedObject {

    private static final int LIST_ENTRY_SIZE = 8 + 8 + 2;

    private final Store store;

    ApplicationObject(Store store) {
        this.store = store;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case SealedStorageProtocol.OP_CREATE -> create(arguments, Placement.REPLACING);
            case SealedStorageProtocol.OP_OPEN -> open(arguments);
            case SealedStorageProtocol.OP_LIST -> list(arguments);
            case SealedStorageProtocol.OP_REMOVE -> remove(arguments);
            case SealedStorageProtocol.OP_FIND -> find(arguments);
            case SealedStorageProtocol.OP_CREATE_NEW -> create(arguments, Placement.NEW);
            case SealedStorageProtocol.OP_RESET -> reset(arguments);
            default -> throw new TeeException(TeeResult.INVALID, "sealed storage has no operation " + op);
        }
    }

    private void create(IncomingArguments arguments, Placement placement) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        ByteBuffer output = output(arguments, 4);
        String key = key(arguments.input(0));
        output.putInt(store.chunkSize());
        arguments.outputObject(0, store.create(key, placement));
    }

    private void open(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        ByteBuffer output = output(arguments, 20);
        ObjectReader reader = store.open(key(arguments.input(0)));
        IndexEntry entry = reader.entry();
        output.putLong(entry.size()).putLong(entry.created()).putInt(entry.chunkSize());
        arguments.outputObject(0, reader);
    }

    private void find(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer output = output(arguments, 16);
        IndexEntry entry = store.find(key(arguments.input(0)));
        output.putLong(entry.size()).putLong(entry.created());
    }

    private void list(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        Index index = store.index();
        ByteBuffer after = arguments.input(0);
        String last = after.hasRemaining() ? key(after) : Drawer.COMMON.key("");
        ByteBuffer output = arguments.output(0);
        AtomicBoolean tooLong = new AtomicBoolean();
        index.visitAfter(last, (key, entry) -> {
            boolean in = Drawer.COMMON.holds(key);
            boolean fits = in && put(output, Drawer.objectOf(key), entry);
            tooLong.set(in && !fits);
            return fits;
        });
        if (tooLong.get() && output.position() == 0) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "there is no room for one entry in " + output.limit() + " bytes");
        }
    }

    private static String key(ByteBuffer name) throws TeeException {
        return Drawer.COMMON.key(ObjectName.decode(name));
    }

    /** Returns false if there is no room. */
    private static boolean put(ByteBuffer output, String name, IndexEntry entry) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (output.remaining() < LIST_ENTRY_SIZE + utf8.length) {
            return false;
        }
        output.putLong(entry.size()).putLong(entry.created());
        output.putShort((short) utf8.length).put(utf8);
        return true;
    }

    private void remove(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 0, 0, 0);
        store.remove(key(arguments.input(0)));
    }

    private void reset(IncomingArguments arguments) throws TeeException {
        arguments.expect(0, 0, 0, 0);
        store.reset();
    }

    private static ByteBuffer output(IncomingArguments arguments, int size) throws TeeException {
        ByteBuffer output = arguments.output(0);
        if (output.remaining() < size) {
            throw new TeeException(
                    TeeResult.SIZE_OUT,
                    "the operation returns " + size + " bytes, there is room for " + output.remaining());
        }
        return output;
    }
}
