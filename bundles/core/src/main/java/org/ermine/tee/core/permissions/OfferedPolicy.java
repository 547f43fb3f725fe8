// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.Comparator;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Bundle;

/**
 * A policy that is present.
 *
 * @param id of the service
 * @param name of the bundle that offers it
 */
record OfferedPolicy(PermissionPolicy policy, long id, int ranking, String name) {

    /** The order of services in the framework: the first policy decides. */
    static final Comparator<OfferedPolicy> ORDER =
            Comparator.comparingInt(OfferedPolicy::ranking).reversed().thenComparingLong(OfferedPolicy::id);

    /** Returns why a bundle may not do something; null if it may. What the policy fails to decide is refused. */
    String objection(Bundle bundle, Right right, String asked) {
        try {
            return policy.objection(bundle, right, asked);
        } catch (Throwable e) {
            return "it cannot be checked: " + FailureText.of(e);
        }
    }
}
