// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import java.util.Optional;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedClient;

/** Who keeps the store: what concerns all of it, and so all clients, is for that one only. */
final class Keeper {

    private Keeper() {}

    /** @throws TeeException NOT_PERMITTED if somebody else invokes */
    static void require(Optional<TrustedClient> client) throws TeeException {
        if (!client.map(TrustedClient::packageName)
                .filter(SealedStorageProtocol.KEEPER::equals)
                .isPresent()) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_NOT_PERMITTED),
                    client.map(TrustedClient::packageName).orElse("nobody in particular")
                            + " may not do what only whoever keeps the store may: " + SealedStorageProtocol.KEEPER);
        }
    }
}
