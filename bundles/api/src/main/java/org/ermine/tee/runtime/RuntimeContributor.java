// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part of Ermine that knows a part of the state that {@link org.ermine.tee.runtime.TeeRuntime} tells. It is a service
 * of its own, or one that core uses anyway, such as those that allocate memory, serve callbacks and decide what bundles
 * may do. Thread safe.
 *
 * <p>Every part contributes in this way, except where core asks about one thing of many that only core can name: a
 * driver about one context or device, and the one policy in force about permissions
 * ({@link org.ermine.tee.spi.DriverContext#describe}, {@link org.ermine.tee.spi.TeeDriver#pendingReleases},
 * {@link org.ermine.tee.spi.policy.PermissionPolicy#describe}).
 */
@ConsumerType
public interface RuntimeContributor {

    /**
     * Appends what this part knows, and leaves what others contributed. Does not block.
     *
     * @param runtime for a service of its own: a fresh state, of which failed handlers, failed trusted services and
     *     statistics are taken over
     */
    void contribute(RuntimeDTO runtime);

    /**
     * Sets the listener that is called when something of what {@link #contribute} tells has changed, other than
     * counters, in place of the former listener. The default is for parts in which only counters change, or that tell
     * of changes otherwise.
     *
     * @param listener is called on any thread, and must neither block nor throw; null for none
     */
    default void onChange(Runnable listener) {}
}
