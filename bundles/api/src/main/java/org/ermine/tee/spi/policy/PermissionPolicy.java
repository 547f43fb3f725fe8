// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.policy;

import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.framework.Bundle;

/**
 * Decides what bundles may do. It is a service; thread safe. Core asks it for all parts of Ermine, which ask
 * {@link Permissions}; of several policies core asks the one with the highest ranking. A policy counts and logs no
 * refusals, since core does.
 *
 * <p>The bundle that offers a policy declares that by the capability {@code osgi.service} with this type among its
 * {@code objectClass}, as bnd does by itself for a component. Then nothing more is permitted while that bundle is to
 * run, but has not started yet or is being updated. A bundle is to run if it was started for good, not transiently.
 */
@ConsumerType
public interface PermissionPolicy {

    /**
     * Returns why a bundle may not do something. If this throws, the bundle is refused.
     *
     * @param bundle null if it is gone
     * @param name of what it is about to do, as the right says
     * @return the reason, to stand behind "it may not do that: "; null if the bundle may do it
     */
    String objection(Bundle bundle, Right right, String name);

    /**
     * Fills in {@code rules}, {@code leftOpen} and {@code failure}. This is no contribution to the whole state, since
     * only the policy that decides is asked, and another one that is present must not add to what it tells.
     */
    void describe(PermissionsDTO permissions);

    /**
     * Sets the listener that is called after the policy has changed, in place of the former one.
     *
     * @param listener is called on any thread, does not throw, and returns when what is no longer permitted has been
     *     ended; null for none
     */
    void onChange(Runnable listener);
}
