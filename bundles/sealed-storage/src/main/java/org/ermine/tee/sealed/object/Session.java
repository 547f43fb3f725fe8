// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.Entries;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.sealed.protocol.Opening;
import org.ermine.tee.sealed.protocol.Scope;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** What one operation asks of the TA, by a connection that it may share with others. */
public final class Session implements AutoCloseable {

    private static final int LIST_PAGE_SIZE = 64 * 1024;

    private final DeviceService device;
    private final Scope scope;
    private final TeeObject application;
    private final FailureDetails details;
    private final ObjectOpener opener;
    private final Runnable whenClosed;

    /**
     * @param problems tells the operator what is the matter with what is stored
     * @param whenClosed gives the connection back
     */
    public Session(DeviceService device, Scope scope, TeeObject application, RepeatLog problems, Runnable whenClosed) {
        this.device = device;
        this.scope = scope;
        this.application = application;
        this.details = new FailureDetails(application, problems);
        this.opener = new ObjectOpener(application, details);
        this.whenClosed = whenClosed;
    }

    public DeviceService device() {
        return device;
    }

    /** Starts writing an object, which takes the place over. */
    public ObjectSink create(String name, WriteMode mode, Place place) throws SealedStorageException {
        return open(Opening.writing(mode), name, place, ObjectOpener.SINK);
    }

    /** Opens an object for reading, which takes the place over. */
    public ObjectSource open(String name, Place place) throws SealedStorageException {
        return open(Opening.READING, name, place, ObjectOpener.SOURCE);
    }

    /** Opens an object of the TA, which takes the place over, whatever goes wrong. */
    <T> T open(Opening opening, String name, Place place, ObjectOpener.Maker<T> maker) throws SealedStorageException {
        boolean takenOver = false;
        try {
            NamedObject named = scope.named(name);
            Opening inDrawer = opening.inDrawer();
            ObjectOpener.Naming naming = () -> scope.arguments(name);
            ObjectOpener.Binding binding = this::bind;
            takenOver = true;
            return opener.open(inDrawer, naming, binding, named, place, maker);
        } finally {
            if (!takenOver) {
                place.close();
            }
        }
    }

    private void bind(TeeObject object, Opening opening) throws TeeException {
        if (scope.isBound()) {
            scope.bind(object, opening.bind());
        }
    }

    public void remove(String name) throws SealedStorageException {
        try {
            application.invoke(Scope.inDrawer(SealedStorageProtocol.OP_REMOVE), scope.arguments(name));
        } catch (TeeException e) {
            throw Explanation.ofDecision(scope.named(name), "removed", details.of(e));
        }
    }

    public void reset() throws SealedStorageException {
        try {
            application.invoke(SealedStorageProtocol.OP_RESET, new Arguments());
        } catch (TeeException e) {
            throw Explanation.ofReset(details.of(e));
        }
    }

    /** Whether there is an object in anybody's drawer. */
    public boolean isThere(byte[] key, NamedObject named) throws SealedStorageException {
        try {
            application.invoke(SealedStorageProtocol.OP_LOOK, new Arguments().in(key));
            return true;
        } catch (TeeException e) {
            SealedStorageException failure = Explanation.ofObject(named, details.of(e));
            if (failure.reason() == Reason.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
    }

    /** Starts writing an object of an archive, which takes the place over. */
    public ObjectSink restore(byte[] object, NamedObject named, WriteMode mode, Place place)
            throws SealedStorageException {
        return opener.open(
                Opening.restoring(mode),
                () -> new Arguments().in(object),
                ObjectOpener.UNBOUND,
                named,
                place,
                ObjectOpener.SINK);
    }

    /** All that any client has sealed, as it is now. */
    public ObjectSet snapshot() throws SealedStorageException {
        return set(SealedStorageProtocol.OP_SNAPSHOT);
    }

    /** What is authentic of the store, be it the latest or not. */
    public ObjectSet salvage() throws SealedStorageException {
        return set(SealedStorageProtocol.OP_SALVAGE);
    }

    private ObjectSet set(int op) throws SealedStorageException {
        Arguments arguments = new Arguments().outObject();
        try {
            application.invoke(op, arguments);
            return new ObjectSet(arguments.teeObject(0), details);
        } catch (TeeException e) {
            throw Explanation.ofStore(details.of(e));
        }
    }

    /** Gives an object of a drawer another name, in the drawer of this session. */
    public void rename(Scope from, String name, String newName, WriteMode mode) throws SealedStorageException {
        Arguments arguments = from.arguments(name).in(scope.drawer()).in(ObjectNames.encode(newName));
        try {
            application.invoke(mode.renaming(), arguments);
        } catch (TeeException e) {
            throw Explanation.ofRenaming(from.named(name), scope.named(newName), details.of(e));
        }
    }

    public Optional<SealedEntry> find(String name) throws SealedStorageException {
        ByteBuffer reply = LittleEndian.buffer(Entries.MOST_SIZE);
        Arguments arguments = scope.arguments(name).out(reply);
        try {
            application.invoke(Scope.inDrawer(SealedStorageProtocol.OP_FIND), arguments);
        } catch (TeeException e) {
            SealedStorageException failure = Explanation.ofObject(scope.named(name), details.of(e));
            if (failure.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
        return Entries.read(reply.limit(arguments.size(2))).stream().findFirst();
    }

    public void requireNothing(String name) throws SealedStorageException {
        if (find(name).isPresent()) {
            throw Explanation.ofExisting(scope.named(name));
        }
    }

    public List<SealedEntry> list() throws SealedStorageException {
        return listed(
                Scope.inDrawer(SealedStorageProtocol.OP_LIST), scope::arguments, Entries::read, SealedEntry::name);
    }

    /** The drawers that the bundle may use and that are not empty. */
    public List<SealedDrawer> drawers() throws SealedStorageException {
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
        ByteBuffer page = LittleEndian.buffer(LIST_PAGE_SIZE);
        byte[] last = {};
        List<T> added;
        do {
            Interrupts.check();
            Arguments arguments = after.apply(last).out(page.clear());
            try {
                application.invoke(op, arguments);
            } catch (TeeException e) {
                throw Explanation.ofList(
                        op == SealedStorageProtocol.OP_DRAWERS ? "" : scope.drawerName(), details.of(e));
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
}
