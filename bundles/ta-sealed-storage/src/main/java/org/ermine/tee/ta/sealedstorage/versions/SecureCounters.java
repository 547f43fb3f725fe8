// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.versions;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedEnvironment;

/** The counters of the TA in the secure state. Stateless; thread safe. */
public final class SecureCounters {

    private final TrustedEnvironment environment;

    public SecureCounters(TrustedEnvironment environment) {
        this.environment = environment;
    }

    public long get(String name) throws TeeException {
        return environment.counter(name);
    }

    /**
     * @throws TeeException STORAGE_FULL if the secure state has no room, as on an emulated device that shares its disk
     */
    public void advance(String name, long value) throws TeeException {
        try {
            environment.advance(name, value);
        } catch (TeeException e) {
            if (e.errno().filter(Errno.ENOSPC::equals).isPresent()) {
                throw new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_STORAGE_FULL), e.getMessage());
            }
            throw e;
        }
    }
}
