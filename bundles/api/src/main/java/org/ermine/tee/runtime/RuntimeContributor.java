// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part of Ermine that knows something that {@link org.ermine.tee.runtime.TeeRuntime} tells: a service of its own, or
 * one that core uses anyway, such as those that give out memory, serve callbacks and decide what bundles may do. Thread
 * safe.
 */
@ConsumerType
public interface RuntimeContributor {

    /**
     * Appends what it knows, and leaves what others contributed. Does not block.
     *
     * @param runtime for a service of its own: a fresh one, of which failed handlers, failed trusted services and
     *     statistics are taken over
     */
    void contribute(RuntimeDTO runtime);

    /**
     * Says who is to be told when something of what {@link #contribute} tells changed, other than counters; in the
     * place of whoever was told before. By default nobody is: nothing changes but counters, or it is told otherwise.
     *
     * @param listener called on any thread, must neither block nor throw; null for nobody
     */
    default void onChange(Runnable listener) {}
}
