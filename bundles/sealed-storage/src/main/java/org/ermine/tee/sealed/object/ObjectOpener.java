// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.Opening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens objects of the TA that read or write. Immutable. */
final class ObjectOpener {

    // There already when an object is opened: to make them then might fail.
    static final Maker<ObjectSink> SINK =
            (object, named, reply, place, details) -> new ObjectSink(object, named, place, details);
    static final Maker<ObjectSource> SOURCE = (object, named, reply, place, details) -> new ObjectSource(
                    object, named, reply.getLong(0), reply.getInt(16), place, details)
            .withEmptyAuthenticated();
    static final Binding UNBOUND = (object, opening) -> {};

    private static final Logger LOG = LoggerFactory.getLogger(ObjectOpener.class);

    private final TeeObject opened;
    private final FailureDetails details;

    /** @param opened what is asked to open others */
    ObjectOpener(TeeObject opened, FailureDetails details) {
        this.opened = opened;
        this.details = details;
    }

    /** Makes what an open object of the TA is used by. It takes the object and its place over, unless it fails. */
    @FunctionalInterface
    interface Maker<T> {
        T make(TeeObject object, NamedObject named, ByteBuffer reply, Place place, FailureDetails details)
                throws SealedStorageException;
    }

    /** Makes the arguments that say which object is meant. */
    @FunctionalInterface
    interface Naming {
        Arguments arguments() throws SealedStorageException;
    }

    /** Says to an open object what it is bound to. */
    @FunctionalInterface
    interface Binding {
        void bind(TeeObject object, Opening opening) throws TeeException;
    }

    /** Opens an object. Whatever goes wrong on the way, neither it nor the place is lost. */
    <T> T open(Opening opening, Naming naming, Binding binding, NamedObject named, Place place, Maker<T> maker)
            throws SealedStorageException {
        TeeObject object = null;
        T result = null;
        try {
            ByteBuffer reply = LittleEndian.buffer(opening.replySize());
            Arguments arguments = naming.arguments().out(reply).outObject();
            opened.invoke(opening.operation(), arguments);
            object = arguments.teeObject(arguments.count() - 1);
            binding.bind(object, opening);
            result = maker.make(object, named, reply, place, details);
            return result;
        } catch (TeeException e) {
            throw Explanation.ofOpening(named, place, details.of(e));
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
}
