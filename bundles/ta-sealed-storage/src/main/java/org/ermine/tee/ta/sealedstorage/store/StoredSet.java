// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.attributes.Bytes;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Objects that stay as they are, and can be read, as long as this is open. For whoever keeps the store. Thread safe.
 */
public final class StoredSet implements TrustedObject {

    private static final int OPEN_REPLY = 8 + 8 + 4;
    private static final int SIZE_WITHOUT_BYTES = 8 + 8 + 3 * 2;

    private final IndexNode objects;
    private final Opening opening;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Opens objects of the set for reading, as long as they are kept. */
    interface Opening {

        TrustedObject open(IndexEntry entry) throws TeeException;

        /** @throws TeeException SET_GIVEN_UP if they are not kept any more */
        void requireKept() throws TeeException;
    }

    /** @param whenClosed lets go of what is only kept for this set */
    StoredSet(IndexNode objects, Opening opening, Runnable whenClosed) {
        this.objects = objects;
        this.opening = opening;
        this.whenClosed = whenClosed;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        if (closed.get()) {
            throw new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_CLOSED), "the set was closed");
        }
        switch (op) {
            case SealedStorageProtocol.SET_LIST -> list(arguments);
            case SealedStorageProtocol.SET_OPEN -> open(arguments);
            case SealedStorageProtocol.SET_CLOSE -> {
                arguments.expect(0, 0, 0, 0);
                released();
            }
            default -> throw new TeeException(TeeResult.INVALID, "a set of objects has no operation " + op);
        }
    }

    @Override
    public void released() {
        if (closed.compareAndSet(false, true)) {
            whenClosed.run();
        }
    }

    private void list(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        opening.requireKept();
        String last = UTF_8.decode(arguments.input(0)).toString();
        ByteBuffer output = arguments.output(0);
        AtomicBoolean tooLong = new AtomicBoolean();
        objects.visitAfter(last, (key, entry) -> {
            boolean fits = put(output, key.getBytes(UTF_8), entry);
            tooLong.set(!fits);
            return fits;
        });
        if (tooLong.get() && output.position() == 0) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "there is no room for one entry in " + output.limit() + " bytes");
        }
    }

    /** Returns false if there is no room. */
    private static boolean put(ByteBuffer output, byte[] key, IndexEntry entry) {
        int size = SIZE_WITHOUT_BYTES
                + key.length
                + entry.description().size()
                + entry.association().size();
        if (output.remaining() < size) {
            return false;
        }
        output.putLong(entry.size()).putLong(entry.created());
        output.putShort((short) key.length).put(key);
        put(output, entry.description());
        put(output, entry.association());
        return true;
    }

    private static void put(ByteBuffer output, Bytes bytes) {
        output.putShort((short) bytes.size());
        bytes.write(output);
    }

    private void open(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        ByteBuffer output = arguments.output(0);
        if (output.remaining() < OPEN_REPLY) {
            throw new TeeException(
                    TeeResult.SIZE_OUT,
                    "open returns " + OPEN_REPLY + " bytes, there is room for " + output.remaining());
        }
        IndexEntry entry = objects.find(UTF_8.decode(arguments.input(0)).toString());
        if (entry == null) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_NOT_FOUND), "there is no such object in the set");
        }
        // Who keeps the store carries over what an object is bound to, and does not know it.
        TrustedObject reader = opening.open(entry.with(entry.description(), Bytes.NONE));
        output.putLong(entry.size()).putLong(entry.created()).putInt(entry.chunkSize());
        arguments.outputObject(0, reader);
    }
}
