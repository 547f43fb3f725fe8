// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerAccess;
import org.ermine.tee.ta.sealedstorage.drawers.ObjectName;
import org.ermine.tee.ta.sealedstorage.drawers.StoredKey;
import org.ermine.tee.ta.sealedstorage.store.ObjectReader;
import org.ermine.tee.ta.sealedstorage.store.ObjectWriter;
import org.ermine.tee.ta.sealedstorage.store.Placement;
import org.ermine.tee.ta.sealedstorage.store.Store;
import org.ermine.tee.ta.sealedstorage.store.StoredSet;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.trusted.TrustedObject;

/**
 * What clients of the TA get first: creates, opens, lists, renames and removes objects of the drawers that the client
 * may use. Stateless.
 */
final class ApplicationObject implements TrustedObject {

    private final Store store;
    private final DrawerAccess access;

    ApplicationObject(Store store, DrawerAccess access) {
        this.store = store;
        this.access = access;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        try {
            dispatch(op, arguments);
        } catch (TeeException e) {
            store.failed(e);
            throw e;
        }
    }

    private void dispatch(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case SealedStorageProtocol.OP_DRAWERS -> drawers(arguments);
            case SealedStorageProtocol.OP_RENAME -> rename(arguments, Placement.REPLACING);
            case SealedStorageProtocol.OP_RENAME_NEW -> rename(arguments, Placement.NEW);
            case SealedStorageProtocol.OP_RESET -> reset(arguments);
            case SealedStorageProtocol.OP_EXPLAIN -> explain(arguments);
            case SealedStorageProtocol.OP_SNAPSHOT -> set(arguments, store::snapshot);
            case SealedStorageProtocol.OP_SALVAGE -> set(arguments, store::salvage);
            case SealedStorageProtocol.OP_LOOK -> look(arguments);
            case SealedStorageProtocol.OP_RESTORE -> restore(arguments, Placement.REPLACING);
            case SealedStorageProtocol.OP_RESTORE_NEW -> restore(arguments, Placement.NEW);
            default -> dispatchInDrawer(op & ~SealedStorageProtocol.IN_DRAWER, op, arguments);
        }
    }

    private void dispatchInDrawer(int plainOp, int op, IncomingArguments arguments) throws TeeException {
        boolean named = plainOp != op;
        switch (plainOp) {
            case SealedStorageProtocol.OP_CREATE -> create(arguments, named, Placement.REPLACING);
            case SealedStorageProtocol.OP_OPEN -> open(arguments, named);
            case SealedStorageProtocol.OP_LIST -> list(arguments, named);
            case SealedStorageProtocol.OP_REMOVE -> remove(arguments, named);
            case SealedStorageProtocol.OP_FIND -> find(arguments, named);
            case SealedStorageProtocol.OP_CREATE_NEW -> create(arguments, named, Placement.NEW);
            default -> throw new TeeException(TeeResult.INVALID, "sealed storage has no operation " + op);
        }
    }

    private void create(IncomingArguments arguments, boolean named, Placement placement) throws TeeException {
        arguments.expect(inputs(named), 1, 0, 1);
        ByteBuffer output = output(arguments, 4);
        String key = key(arguments, named);
        output.putInt(store.chunkSize());
        arguments.outputObject(0, store.create(key, placement));
    }

    private void open(IncomingArguments arguments, boolean named) throws TeeException {
        arguments.expect(inputs(named), 1, 0, 1);
        ByteBuffer output = output(arguments, 20);
        ObjectReader reader = store.open(key(arguments, named));
        IndexEntry entry = reader.entry();
        output.putLong(entry.size()).putLong(entry.created()).putInt(entry.chunkSize());
        arguments.outputObject(0, reader);
    }

    private void find(IncomingArguments arguments, boolean named) throws TeeException {
        arguments.expect(inputs(named), 1, 0, 0);
        ByteBuffer output = output(arguments, 16);
        String key = key(arguments, named);
        IndexEntry entry = store.find(key);
        if (named) {
            Listing listing = new Listing(output);
            listing.add(key, entry, true);
            listing.requireRoom();
        } else {
            output.putLong(entry.size()).putLong(entry.created());
        }
    }

    private void list(IncomingArguments arguments, boolean named) throws TeeException {
        arguments.expect(inputs(named), 1, 0, 0);
        Drawer drawer = drawer(arguments, named);
        ByteBuffer after = arguments.input(inputs(named) - 1);
        String last = drawer.key(after.hasRemaining() ? ObjectName.decode(after) : "");
        Listing listing = new Listing(arguments.output(0));
        store.index().visitAfter(last, (key, entry) -> drawer.holds(key) && listing.add(key, entry, named));
        listing.requireRoom();
    }

    private void remove(IncomingArguments arguments, boolean named) throws TeeException {
        arguments.expect(inputs(named), 0, 0, 0);
        store.remove(key(arguments, named));
    }

    private void rename(IncomingArguments arguments, Placement placement) throws TeeException {
        arguments.expect(4, 0, 0, 0);
        String key = key(arguments, 0);
        store.rename(key, key(arguments, 2), placement);
    }

    private void drawers(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        String last = text(arguments.input(0));
        Listing listing = new Listing(arguments.output(0));
        for (var each : store.index().usages().byName().tailMap(last, false).entrySet()) {
            boolean goesOn = !access.permits(new Drawer(each.getKey())) || listing.add(each.getKey(), each.getValue());
            if (!goesOn) {
                break;
            }
        }
        listing.requireRoom();
    }

    /** How many inputs name an object. */
    private static int inputs(boolean named) {
        return named ? 2 : 1;
    }

    private Drawer drawer(IncomingArguments arguments, boolean named) throws TeeException {
        return named ? access.named(text(arguments.input(0))) : access.own();
    }

    private String key(IncomingArguments arguments, boolean named) throws TeeException {
        return drawer(arguments, named).key(ObjectName.decode(arguments.input(inputs(named) - 1)));
    }

    /** @param index of the input that names the drawer; the next one names the object */
    private String key(IncomingArguments arguments, int index) throws TeeException {
        return access.named(text(arguments.input(index))).key(ObjectName.decode(arguments.input(index + 1)));
    }

    /** A drawer's name may be too long, or be none: that is said when it is looked for. */
    private static String text(ByteBuffer utf8) {
        return StandardCharsets.UTF_8.decode(utf8).toString();
    }

    private void reset(IncomingArguments arguments) throws TeeException {
        arguments.expect(0, 0, 0, 0);
        store.reset();
    }

    private void explain(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer input = arguments.input(0);
        if (input.remaining() != Integer.BYTES) {
            throw new TeeException(TeeResult.SIZE_IN, "an error has 4 bytes, not " + input.remaining());
        }
        byte[] text = store.explanation(input.getInt()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer output = arguments.output(0);
        output.put(text, 0, Math.min(text.length, output.remaining()));
    }

    /** Makes a set of objects. */
    @FunctionalInterface
    private interface Selection {
        StoredSet make() throws TeeException;
    }

    private static void set(IncomingArguments arguments, Selection selection) throws TeeException {
        arguments.expect(0, 0, 0, 1);
        arguments.outputObject(0, selection.make());
    }

    private void look(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 0, 0, 0);
        store.requireKeeper();
        store.find(StoredKey.decode(arguments.input(0)));
    }

    private void restore(IncomingArguments arguments, Placement placement) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        store.requireKeeper();
        ByteBuffer output = output(arguments, 4);
        RestoredObject object = RestoredObject.decode(arguments.input(0));
        output.putInt(store.chunkSize());
        ObjectWriter writer = store.create(object.key(), placement);
        writer.carryOver(object.description(), object.association());
        arguments.outputObject(0, writer);
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
