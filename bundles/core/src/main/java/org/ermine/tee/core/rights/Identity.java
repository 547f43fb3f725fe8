// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.rights;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.object.CallbackTable;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.spi.policy.Permissions.Right;

/**
 * Under which identity a context registers with the TEE: its owner's, told by credentials that core made, or another one, if its
 * owner may speak for others. That is noted, and when permissions change it is looked at again. It is judged before it is noted
 * and after, as {@link OpenedServices} are.
 */
public final class Identity {

    private final Owner owner;
    private final String device;
    private final OwnerRights rights;
    private final CallbackTable callbacks;
    private volatile boolean spokeForOthers;

    /** @param callbacks the callback objects of the context, credentials among them */
    public Identity(Owner owner, String device, OwnerRights rights, CallbackTable callbacks) {
        this.owner = owner;
        this.device = device;
        this.rights = rights;
        this.callbacks = callbacks;
    }

    /**
     * @param credentials id of the callback object that tells the identity, or of none
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
