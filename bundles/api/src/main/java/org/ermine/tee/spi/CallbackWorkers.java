// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.util.function.BooleanSupplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeDTO;
import org.osgi.annotation.versioning.ProviderType;

/** The threads that serve requests to callback objects, and the handlers they know. A service; thread safe. */
@ProviderType
public interface CallbackWorkers {

    /** A request was queued: a worker calls {@link CallbackSource#serveNext} once. Does not block. */
    void requestQueued(CallbackSource source);

    /**
     * The calling thread waits for a request in {@code source}. If it is a worker it serves requests of {@code source}
     * until {@code done}, or until none is left.
     */
    void awaiting(CallbackSource source, BooleanSupplier done);

    /**
     * The TEE makes the calling thread wait for something that other threads bring about. If it is a worker, another may take
     * its place until the call that it carries out has ended.
     */
    default void blocked() {}

    /**
     * The callback object backed by the service of that name with the highest ranking, now and later. There need not be one
     * yet.
     *
     * @throws TeeException EINVAL for an empty name
     */
    CallbackObject named(String name) throws TeeException;

    /** Fills in handlers, failed handlers and swaps. */
    void describe(RuntimeDTO runtime);

    /**
     * Says who is to be told when something of what {@link #describe} tells changed, other than counters; in the place of who was
     * told before.
     *
     * @param listener called on any thread, must neither block nor throw; null for nobody
     */
    void onChange(Runnable listener);
}
