// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.rights;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.object.CallbackTable;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.spi.policy.Permissions.Right;

/**
 * The identity under which a context registers with the TEE. It is the owner's, told by credentials that core made, or
 * another one if the owner may speak for others. The latter is noted, and is checked again when permissions change. As
 * with {@link OpenedServices}, it is checked before it is noted and once more afterwards.
 */
public final class Identity {

    private final Owner owner;
    private final String device;
    private final OwnerRights rights;
    private final CallbackTable callbacks;
    private volatile boolean spokeForOthers;

    /** @param callbacks the callback objects of the context, among which are credentials */
    public Identity(Owner owner, String device, OwnerRights rights, CallbackTable callbacks) {
        this.owner = owner;
        this.device = device;
        this.rights = rights;
        this.callbacks = callbacks;
    }

    /**
     * @param credentials id of the callback object that tells the identity, or an id of no object
     * @throws TeeException EACCES if it is not the owner's identity, and the owner may not speak for others
     */
    public void require(long credentials) throws TeeException {
        if (callbacks.find(credentials) instanceof Credentials made && made.areOf(owner)) {
            return;
        }
        rights.require(Right.IDENTITY, device);
        spokeForOthers = true;
        if (!isPermitted()) {
            throw new TeeException(
                    Errno.EACCES, "the permission to register with " + device + " for others was withdrawn");
        }
    }

    public boolean isPermitted() {
        return !spokeForOthers || rights.permit(Right.IDENTITY, device);
    }
}
