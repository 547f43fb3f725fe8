// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.rights;

import org.ermine.tee.TeeException;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Bundle;

/**
 * What the owner of contexts may do at present. Immutable.
 *
 * @param permissions null if there are no permissions to check, so that the owner may do everything
 * @param bundle the owner
 */
public record OwnerRights(Permissions permissions, Bundle bundle) {

    /** All rights, for a device that is used outside of a framework. */
    public static final OwnerRights ALL = new OwnerRights(null, null);

    /** @throws TeeException EACCES if the owner may not, which is counted as a refusal */
    public void require(Right right, String name) throws TeeException {
        if (permissions != null) {
            permissions.require(bundle, right, name);
        }
    }

    public boolean permit(Right right, String name) {
        return permissions == null || permissions.permits(bundle, right, name);
    }
}
