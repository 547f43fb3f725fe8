// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.policy;

import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.framework.Bundle;

/**
 * Judges what bundles may do. A service; thread safe. Core asks it for all parts of Ermine, which ask {@link
 * Permissions}; of several the one with the highest ranking. It counts and logs no refusals: core does.
 *
 * <p>The bundle that offers one is to declare so, by the capability {@code osgi.service} with this type among its
 * {@code objectClass}, as bnd does of itself for a component. Then nothing more is permitted while that bundle is to
 * run, but has not started yet or is being updated. To run is what was started for good, not transiently.
 */
@ConsumerType
public interface PermissionPolicy {

    /**
     * Why a bundle may not do something. What is thrown counts as a refusal.
     *
     * @param bundle null if it is gone
     * @param name of what it is about to do, as the right says
     * @return the reason, to stand behind "it may not do that: "; null if the bundle may do it
     */
    String objection(Bundle bundle, Right right, String name);

    /** Fills in {@code rules}, {@code leftOpen} and {@code failure}. */
    void describe(PermissionsDTO permissions);

    /**
     * Says who is to be told after it has begun to judge otherwise; in the place of whoever was told before.
     *
     * @param listener called on any thread, does not throw, and returns when what is no longer permitted has been
     *     ended; null for nobody
     */
    void onChange(Runnable listener);
}
