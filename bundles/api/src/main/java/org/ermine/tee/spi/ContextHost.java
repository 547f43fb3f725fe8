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

    /**
     * Tells core that a request was queued, so that one {@link DriverContext#receive} would not wait. Does not block.
     */
    void requestQueued();

    /**
     * Tells core that the calling thread waits for the answer to a request of this context; called again whenever the
     * thread wakes up and still waits. If it is one of the threads that serve such requests, it may serve this one
     * here, with {@link DriverContext#receiveAwaited}, so that nested calls can neither use up all workers nor be left
     * behind by those that end. Otherwise this returns at once.
     */
    void awaiting();

    /**
     * Returns for how many nanoseconds a request that no thread has taken yet may still wait for one:
     * {@link Long#MAX_VALUE} while there are workers; when they are gone, what is left of the grace time for their
     * successors, and 0 or less when that is over. The backend learns of a change by
     * {@link DriverContext#workersChanged}.
     */
    default long graceLeft() {
        return Long.MAX_VALUE;
    }

    /**
     * Tells core that the TEE makes the calling thread wait for something that other threads bring about, for example
     * for its turn at a listener. If it is one of the threads that serve requests, another may take its place, so that
     * the threads for which it waits are served.
     */
    default void blocked() {}

    /**
     * Finds shared memory of this context and retains it.
     *
     * @param id {@link MemoryRegion#id}
     * @return null if this context has none with that id
     */
    MemoryRegion memory(long id);

    /**
     * Requires that the owner may open a service of the TEE, or do what might get it any of them.
     *
     * @param uid the service's number as the TEE will see it, unsigned decimal;
     *     {@link org.ermine.tee.spi.policy.Permissions#ANY} for any of them
     * @throws TeeException EACCES if the owner may not
     */
    void requireService(String uid) throws TeeException;

    /**
     * Requires that the owner may register with the TEE as a client. Under its own identity it may, by the credentials
     * that core made for a context of this owner, {@link org.ermine.tee.TeeContext#credentials}. Under any other
     * identity it may only if it may speak for others.
     *
     * @param credentials id of the user object from which the TEE is to read the identity; {@link DriverContext#NULL}
     *     for whatever else the TEE is to take it from
     * @throws TeeException EACCES if the owner may not
     */
    void requireIdentity(long credentials) throws TeeException;

    /** The owner of the context, for messages: symbolic name, version and id of the bundle. */
    String owner();
}
