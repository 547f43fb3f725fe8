// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.sealed.protocol.MetadataCodec;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An object being written; closed before {@link #commit} succeeded, nothing of it remains. */
public final class ObjectSink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectSink.class);

    private final TeeObject writer;
    private final NamedObject named;
    private final Place place;
    private final FailureDetails details;
    /** Null until there is something to store. */
    private StoreBehind storing;

    private boolean written;
    private boolean committed;

    ObjectSink(TeeObject writer, NamedObject named, Place place, FailureDetails details) {
        this.writer = writer;
        this.named = named;
        this.place = place;
        this.details = details;
    }

    public void write(byte[] data, int count) throws SealedStorageException {
        try {
            writer.invoke(SealedStorageProtocol.WRITER_WRITE, new Arguments().in(data, 0, count));
        } catch (TeeException e) {
            throw Explanation.ofObject(named, details.of(e));
        }
        haveStored();
    }

    /** The TA seals a chunk when the one behind it comes. */
    private void haveStored() {
        if (!written) {
            written = true;
            return;
        }
        if (storing == null) {
            storing = StoreBehind.start(writer);
        }
        storing.sealed();
    }

    /** @param description what is said of the object; empty if nothing is */
    public SealedEntry commit(byte[] description) throws SealedStorageException {
        describe(description);
        ByteBuffer outcome = LittleEndian.buffer(16);
        try {
            writer.invoke(SealedStorageProtocol.WRITER_COMMIT, new Arguments().out(outcome));
        } catch (TeeException e) {
            throw Explanation.ofDecision(named, "sealed", details.of(e));
        }
        committed = true;
        return new SealedEntry(
                named.name(),
                outcome.getLong(0),
                Instant.ofEpochMilli(outcome.getLong(8)),
                MetadataCodec.decode(description));
    }

    private void describe(byte[] description) throws SealedStorageException {
        if (description.length > 0) {
            try {
                writer.invoke(SealedStorageProtocol.WRITER_DESCRIBE, new Arguments().in(description));
            } catch (TeeException e) {
                throw Explanation.ofObject(named, details.of(e));
            }
        }
    }

    /** Frees the space of what was not committed now; where that fails, the TA does so later. */
    @Override
    public void close() {
        close(true);
    }

    /** @param asking whether the TA is asked to free the space; if not, it does so some time later */
    public void close(boolean asking) {
        if (storing != null) {
            storing.close();
        }
        try {
            if (!committed && asking) {
                writer.invoke(SealedStorageProtocol.WRITER_ABORT, new Arguments());
            }
        } catch (TeeException e) {
            LOG.debug("The TA will remove later what was written of an object: {}", e.getMessage());
        } finally {
            writer.close();
            place.close();
        }
    }
}
