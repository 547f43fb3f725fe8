// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.protocol.Entries;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.sealed.protocol.Opening;
import org.ermine.tee.sealed.protocol.Placement;
import org.ermine.tee.sealed.protocol.Scope;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one operation asks of the TA, by a connection that it may share with others. */
final class Session implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int LIST_PAGE_SIZE = 64 * 1024;

    // There already when an object is opened: to make them then might fail.
    private static final Opened<ObjectSink> SINK = (object, name, reply, place) -> new ObjectSink(object, name, place);
    private static final Opened<ObjectSource> SOURCE =
            (object, name, reply, place) -> new ObjectSource(object, name, reply.getLong(0), reply.getInt(16), place);

    private final DeviceService device;
    private final Scope scope;
    private final TeeObject application;
    private final Runnable whenClosed;

    /** @param whenClosed gives the connection back */
    Session(DeviceService device, Scope scope, TeeObject application, Runnable whenClosed) {
        this.device = device;
        this.scope = scope;
        this.application = application;
        this.whenClosed = whenClosed;
    }

    DeviceService device() {
        return device;
    }

    /** Starts writing an object, which takes the place over. */
    ObjectSink create(String name, Placement placement, Place place) throws SealedStorageException {
        return open(Opening.writing(placement), name, place, SINK);
    }

    /** Opens an object for reading, which takes the place over. */
    ObjectSource open(String name, Place place) throws SealedStorageException {
        return open(Opening.READING, name, place, SOURCE);
    }

    /** Makes what an open object of the TA is used by; it takes the object and its place over. */
    @FunctionalInterface
    interface Opened<T> {
        T of(TeeObject object, String name, ByteBuffer reply, Place place);
    }

    /** Opens an object of the TA. Whatever goes wrong on the way, neither it nor the place is lost. */
    <T> T open(Opening opening, String name, Place place, Opened<T> opened) throws SealedStorageException {
        TeeObject object = null;
        T result = null;
        try {
            ByteBuffer reply = buffer(opening.replySize());
            Arguments arguments = scope.arguments(name).out(reply).outObject();
            application.invoke(Scope.inDrawer(opening.operation()), arguments);
            object = arguments.teeObject(3);
            if (scope.isBound()) {
                scope.bind(object, opening.bind());
            }
            result = opened.of(object, name, reply, place);
            return result;
        } catch (TeeException e) {
            throw Explanation.ofOpening(name, place, e);
        } finally {
            if (result == null) {
                giveUp(object, opening, place);
            }
        }
    }

    /** @param object null if it was not opened */
    private static void giveUp(TeeObject object, Opening opening, Place place) {
        try {
            if (object != null) {
                giveUp(object, opening);
            }
        } finally {
            place.close();
        }
    }

    private static void giveUp(TeeObject object, Opening opening) {
        try {
            object.invoke(opening.giveUp(), new Arguments());
        } catch (TeeException e) {
            LOG.debug("The TA will give the room of an object back later: {}", e.getMessage());
        } finally {
            object.close();
        }
    }

    void remove(String name) throws SealedStorageException {
        try {
            application.invoke(Scope.inDrawer(SealedStorageProtocol.OP_REMOVE), scope.arguments(name));
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

    /** Gives an object of a drawer another name, in the drawer of this session. */
    void rename(Scope from, String name, String newName, Placement placement) throws SealedStorageException {
        Arguments arguments = from.arguments(name).in(scope.drawer()).in(ObjectNames.encode(newName));
        try {
            application.invoke(placement.renaming(), arguments);
        } catch (TeeException e) {
            throw Explanation.ofRenaming(name, newName, e);
        }
    }

    Optional<SealedEntry> find(String name) throws SealedStorageException {
        ByteBuffer reply = buffer(Entries.MOST_SIZE);
        Arguments arguments = scope.arguments(name).out(reply);
        try {
            application.invoke(Scope.inDrawer(SealedStorageProtocol.OP_FIND), arguments);
        } catch (TeeException e) {
            SealedStorageException failure = Explanation.ofObject(name, e);
            if (failure.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
        return Entries.read(reply.limit(arguments.size(2))).stream().findFirst();
    }

    void requireNothing(String name) throws SealedStorageException {
        if (find(name).isPresent()) {
            throw Explanation.ofExisting(name);
        }
    }

    List<SealedEntry> list() throws SealedStorageException {
        return listed(
                Scope.inDrawer(SealedStorageProtocol.OP_LIST), scope::arguments, Entries::read, SealedEntry::name);
    }

    /** The drawers that the bundle may use and that are not empty. */
    List<SealedDrawer> drawers() throws SealedStorageException {
        return listed(
                SealedStorageProtocol.OP_DRAWERS,
                last -> new Arguments().in(last),
                Entries::readDrawers,
                SealedDrawer::name);
    }

    /** Reads a page of a list. */
    @FunctionalInterface
    private interface Page<T> {
        List<T> read(ByteBuffer bytes) throws SealedStorageException;
    }

    /**
     * Asks for page after page, until one is empty.
     *
     * @param after the operation's arguments but the page, given the last name of the page before
     */
    private <T> List<T> listed(int op, Function<byte[], Arguments> after, Page<T> reading, Function<T, String> name)
            throws SealedStorageException {
        List<T> all = new ArrayList<>();
        ByteBuffer page = buffer(LIST_PAGE_SIZE);
        byte[] last = {};
        List<T> added;
        do {
            Interrupts.check();
            Arguments arguments = after.apply(last).out(page.clear());
            try {
                application.invoke(op, arguments);
            } catch (TeeException e) {
                throw Explanation.ofStore(e);
            }
            added = reading.read(page.limit(arguments.size(arguments.count() - 1)));
            all.addAll(added);
            last = added.isEmpty() ? last : ObjectNames.encode(name.apply(all.get(all.size() - 1)));
        } while (!added.isEmpty());
        return List.copyOf(all);
    }

    @Override
    public void close() {
        whenClosed.run();
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
