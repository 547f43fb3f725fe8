// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
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
            default -> throw new TeeException(TeeResult.INVALID, "sealed storage has no operation " + op);
        }
    }

    private void create(IncomingArguments arguments, Placement placement) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        ByteBuffer output = output(arguments, 4);
        String name = ObjectName.decode(arguments.input(0));
        output.putInt(store.chunkSize());
        arguments.outputObject(0, store.create(name, placement));
    }

    private void open(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        ByteBuffer output = output(arguments, 20);
        ObjectReader reader = store.open(ObjectName.decode(arguments.input(0)));
        IndexEntry entry = reader.entry();
        output.putLong(entry.size()).putLong(entry.created()).putInt(entry.chunkSize());
        arguments.outputObject(0, reader);
    }

    private void find(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer output = output(arguments, 16);
        IndexEntry entry = store.find(ObjectName.decode(arguments.input(0)));
        output.putLong(entry.size()).putLong(entry.created());
    }

    private void list(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        NavigableMap<String, IndexEntry> entries = store.entries();
        ByteBuffer after = arguments.input(0);
        if (after.hasRemaining()) {
            entries = entries.tailMap(ObjectName.decode(after), false);
        }
        ByteBuffer output = arguments.output(0);
        for (Map.Entry<String, IndexEntry> entry : entries.entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            if (output.remaining() < LIST_ENTRY_SIZE + name.length) {
                break;
            }
            output.putLong(entry.getValue().size()).putLong(entry.getValue().created());
            output.putShort((short) name.length).put(name);
        }
        if (!entries.isEmpty() && output.position() == 0) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "there is no room for one entry in " + output.limit() + " bytes");
        }
    }

    private void remove(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 0, 0, 0);
        store.remove(ObjectName.decode(arguments.input(0)));
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
