// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.TeeException;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.Permissions.Right;
import org.osgi.framework.Bundle;

/**
 * What the owner of contexts may do at present. Immutable.
 *
 * @param permissions null if nobody judges: then the owner may do everything
 * @param bundle the owner
 */
record Rights(Permissions permissions, Bundle bundle) {

    /** Of one who put a device together himself. */
    static final Rights ALL = new Rights(null, null);

    /** @throws TeeException EACCES if the owner may not; that is counted */
    void require(Right right, String name) throws TeeException {
        if (permissions != null) {
            permissions.require(bundle, right, name);
        }
    }

    boolean permit(Right right, String name) {
        return permissions == null || permissions.permits(bundle, right, name);
    }
}
