// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;

/**
 * The workers that serve callbacks at present. A call in progress keeps its workers, even when their service is gone.
 */
public final class PresentWorkers {

    private final Supplier<CallbackWorkers> service;

    /** @param service returns the workers that are registered at present, or null for none */
    public PresentWorkers(Supplier<CallbackWorkers> service) {
        this.service = service;
    }

    /**
     * Returns the workers that carry out a callback on the calling thread; if there are none, those of the service, or
     * null.
     */
    public CallbackWorkers get() {
        CallbackThread.Carrier carrier = CallbackThread.current();
        return carrier == null ? service.get() : carrier.workers();
    }

    /**
     * Returns the workers as {@link #get} does, where an operation cannot do without them.
     *
     * @param what cannot be done without workers
     * @throws TeeException ENODEV if there are none; the result UNAVAIL tells this from a TEE that is gone
     */
    public CallbackWorkers require(String what) throws TeeException {
        CallbackWorkers workers = get();
        if (workers == null) {
            throw new TeeException(
                    TeeResult.UNAVAIL,
                    Errno.ENODEV,
                    what + ": no supplicant is running: deploy org.ermine.tee.supplicant");
        }
        return workers;
    }
}
