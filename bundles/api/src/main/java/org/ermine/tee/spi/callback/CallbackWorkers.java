// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.callback;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeContributor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The threads that serve requests to callback objects, and the handlers that they know and
 * {@linkplain RuntimeContributor#contribute contribute} to the runtime's state. It is a service; thread safe. Its
 * threads are made by {@link CallbackThread}.
 */
@ProviderType
public interface CallbackWorkers extends RuntimeContributor {

    /** Announces that a request was queued: a worker then calls {@link CallbackSource#next} once. Does not block. */
    void requestQueued(CallbackSource source);

    /**
     * Returns for how many nanoseconds a request that none of these workers has taken waits for successors. Called when
     * the workers go.
     */
    default long graceNanos() {
        return 0;
    }

    /**
     * Returns a callback object that stands for the service of that name with the highest ranking, now and later. There
     * need not be one yet.
     *
     * @throws TeeException EINVAL for an empty name
     */
    CallbackObject named(String name) throws TeeException;
}
