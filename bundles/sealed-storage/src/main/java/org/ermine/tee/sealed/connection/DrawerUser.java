// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.connection;

import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.Scope;
import org.osgi.framework.Bundle;

/**
 * A bundle that uses a drawer.
 *
 * @param bundle is who the TEE is told to deal with
 * @param owner the same in words: who answers for what is open
 */
public record DrawerUser(Connections connections, Bundle bundle, String owner, Scope scope) {

    public DrawerUser with(Scope other) {
        return new DrawerUser(connections, bundle, owner, other);
    }

    /** A way to the TA for one operation, in the name of the bundle. */
    public Session open() throws SealedStorageException {
        return connections.open(bundle, scope);
    }

    /** A place among the TA's open objects, out of the bundle's share. */
    public Place take(String name) throws SealedStorageException {
        return connections.take(owner, name);
    }
}
