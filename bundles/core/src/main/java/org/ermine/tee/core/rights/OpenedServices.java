// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.rights;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.policy.Permissions.Right;

/**
 * The services of the TEE that a context opened and was permitted to open. They are checked again when permissions
 * change. Each is checked before it is noted and once more afterwards. So either whoever changes permissions finds it
 * noted, or the second check is by the new permissions.
 */
public final class OpenedServices {

    private static final int MAX_NOTED = 1024;

    private final OwnerRights rights;
    private final Set<String> noted = ConcurrentHashMap.newKeySet();

    public OpenedServices(OwnerRights rights) {
        this.rights = rights;
    }

    /** @throws TeeException EACCES if the owner of the context may not open it */
    public void require(String uid) throws TeeException {
        rights.require(Right.SERVICE, uid);
        noted.add(noted.size() < MAX_NOTED ? uid : Permissions.ANY);
        if (!rights.permit(Right.SERVICE, uid)) {
            throw new TeeException(Errno.EACCES, "the permission to open service " + uid + " was withdrawn");
        }
    }

    public boolean arePermitted() {
        return noted.stream().allMatch(uid -> rights.permit(Right.SERVICE, uid));
    }
}
