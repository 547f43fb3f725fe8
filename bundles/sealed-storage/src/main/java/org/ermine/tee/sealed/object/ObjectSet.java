// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.Opening;
import org.ermine.tee.sealed.protocol.StoredObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Objects that the TA keeps as they are as long as this is open. Used by one thread. */
public final class ObjectSet implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectSet.class);
    private static final Opening READING = Opening.READING.by(SealedStorageProtocol.SET_OPEN);
    private static final int PAGE_SIZE = 64 * 1024;

    private final TeeObject set;
    private final FailureDetails details;
    private final ObjectOpener opener;

    ObjectSet(TeeObject set, FailureDetails details) {
        this.set = set;
        this.details = details;
        this.opener = new ObjectOpener(set, details);
    }

    /** Is shown one object after the other. */
    @FunctionalInterface
    public interface Visitor<E extends IOException> {
        void visit(StoredObject object) throws E;
    }

    /** Shows all objects, ordered by drawer and name. */
    public <E extends IOException> void forEach(Visitor<E> visitor) throws SealedStorageException, E {
        List<StoredObject> page = pageAfter(new byte[0]);
        while (!page.isEmpty()) {
            for (StoredObject each : page) {
                visitor.visit(each);
            }
            page = pageAfter(page.get(page.size() - 1).key());
        }
    }

    private List<StoredObject> pageAfter(byte[] key) throws SealedStorageException {
        Interrupts.check();
        ByteBuffer page = LittleEndian.buffer(PAGE_SIZE);
        Arguments arguments = new Arguments().in(key).out(page);
        try {
            set.invoke(SealedStorageProtocol.SET_LIST, arguments);
        } catch (TeeException e) {
            throw Explanation.ofStore(details.of(e));
        }
        page.limit(arguments.size(1));
        List<StoredObject> objects = new ArrayList<>();
        try {
            while (page.hasRemaining()) {
                objects.add(StoredObject.read(page));
            }
            return objects;
        } catch (BufferUnderflowException e) {
            throw new SealedStorageException(Reason.FAILED, "the TEE answered with a list that makes no sense", e);
        }
    }

    /** Opens one of them for reading, which takes the place over. */
    public ObjectSource open(byte[] key, NamedObject named, Place place) throws SealedStorageException {
        return opener.open(
                READING, () -> new Arguments().in(key), ObjectOpener.UNBOUND, named, place, ObjectOpener.SOURCE);
    }

    /** Where the TA cannot be asked, it lets go of them later. */
    @Override
    public void close() {
        try {
            set.invoke(SealedStorageProtocol.SET_CLOSE, new Arguments());
        } catch (TeeException e) {
            LOG.debug("The TA will close a set of objects later: {}", e.getMessage());
        } finally {
            set.close();
        }
    }
}
