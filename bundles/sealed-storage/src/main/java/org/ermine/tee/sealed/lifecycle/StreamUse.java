// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.lifecycle;

import java.util.function.Consumer;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.protocol.ObjectNames;

/**
 * The use of a stream: by one thread at a time, until anybody ends it, at any moment. What the stream holds is given up
 * then, once: by whoever ends it, or where it is in use, by its user when that is done. Nobody waits, and nothing is
 * done under its lock.
 */
public final class StreamUse {

    private final String name;
    private final Consumer<Ending> giveUp;

    // Guarded by this.
    private Ending ending;
    private boolean inUse;
    private boolean givenUp;

    /**
     * @param name of the object, for messages
     * @param giveUp gives up what the stream holds; nothing else is done with that at the same time, or afterwards
     */
    public StreamUse(String name, Consumer<Ending> giveUp) {
        this.name = name;
        this.giveUp = giveUp;
    }

    /** To be {@linkplain #leave() left}. */
    public synchronized void enter() throws SealedStorageException {
        if (ending != null) {
            throw ending.of(name);
        }
        if (inUse) {
            throw new SealedStorageException(
                    Reason.BUSY, "another thread is using the stream of " + ObjectNames.quote(name));
        }
        inUse = true;
    }

    public void leave() {
        if (admitLeaving()) {
            giveUp.accept(ending());
        }
    }

    /** Does nothing if it has ended already. */
    public void end(Ending why) {
        if (admitEnding(why)) {
            giveUp.accept(ending());
        }
    }

    /** @throws SealedStorageException if it has ended, with the reason why */
    public void requireOpen() throws SealedStorageException {
        Ending why = ending();
        if (why != null) {
            throw why.of(name);
        }
    }

    public boolean hasEnded() {
        return ending() != null;
    }

    private synchronized Ending ending() {
        return ending;
    }

    private synchronized boolean admitLeaving() {
        inUse = false;
        return isToBeGivenUp();
    }

    private synchronized boolean admitEnding(Ending why) {
        if (ending == null) {
            ending = why;
        }
        return isToBeGivenUp();
    }

    /** Says so once. */
    private boolean isToBeGivenUp() {
        boolean now = ending != null && !inUse && !givenUp;
        givenUp |= now;
        return now;
    }
}
