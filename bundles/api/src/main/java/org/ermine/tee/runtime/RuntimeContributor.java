// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part of Ermine that knows something that {@link org.ermine.tee.runtime.TeeRuntime} tells. A service; thread safe.
 */
@ConsumerType
public interface RuntimeContributor {

    /** Appends what it knows, and leaves what others contributed. Does not block. */
    void contribute(RuntimeDTO runtime);

    /**
     * Says who is to be told when something of what {@link #contribute} tells changed, other than counters; in the
     * place of who was told before.
     *
     * @param listener called on any thread, must neither block nor throw; null for nobody
     */
    void onChange(Runnable listener);
}
