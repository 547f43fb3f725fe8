// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Core's side of a context, as a backend sees it: a reference count and a place to announce requests. Thread safe. No
 * method is called while the backend holds a lock.
 */
@ProviderType
public interface ContextHost {

    /** Takes a reference, for a user object that the TEE holds or memory that it may still use. */
    void retain();

    /** Releases a reference; the last one makes core call {@link DriverContext#release}. */
    void release();

    /** A request was queued: one {@link DriverContext#receive} would not wait. Does not block. */
    void requestQueued();

    /**
     * The calling thread waits for the answer to a request of this context; called again whenever it wakes up and still
     * waits. If it is one of the threads that serve such requests it may serve this one here, with {@link
     * DriverContext#receiveAwaited}, so that nested calls can neither use up all workers nor be left behind by those
     * that end; otherwise this returns at once.
     */
    void awaiting();

    /**
     * For how many nanoseconds a request that no thread has taken yet may still wait for one: {@link Long#MAX_VALUE}
     * while there are workers; when they are gone what is left of the grace time for their successors, 0 or less when
     * that is over. The backend is told by {@link DriverContext#workersChanged}.
     */
    default long graceLeft() {
        return Long.MAX_VALUE;
    }

    /**
     * The TEE makes the calling thread wait for something that other threads bring about, for example for its turn at a
     * listener. If it is one of the threads that serve requests, another may take its place, so that those it waits for
     * are served.
     */
    default void blocked() {}

    /**
     * Finds shared memory of this context and takes a reference on it.
     *
     * @param id {@link MemoryRegion#id}
     * @return null if this context has none with that id
     */
    MemoryRegion memory(long id);

    /**
     * The owner is about to open a service of the TEE, or to do what might get it any of them.
     *
     * @param uid the service's number as the TEE will see it, unsigned decimal; {@link
     *     org.ermine.tee.spi.policy.Permissions#ANY} for any of them
     * @throws TeeException EACCES if the owner may not
     */
    void requireService(String uid) throws TeeException;

    /**
     * The owner is about to register with the TEE as a client. Under its own identity it may: with the credentials that
     * core made for a context of this owner, {@link org.ermine.tee.TeeContext#credentials}. Under any other only if it
     * may speak for others.
     *
     * @param credentials id of the user object that the TEE is to read the identity from; {@link DriverContext#NULL}
     *     for whatever else it is to take it from
     * @throws TeeException EACCES if the owner may not
     */
    void requireIdentity(long credentials) throws TeeException;

    /** Who owns the context, for messages: symbolic name, version and id of the bundle. */
    String owner();
}
