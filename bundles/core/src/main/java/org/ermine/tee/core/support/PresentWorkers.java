// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;

/** Those who serve callbacks at present. A call in progress keeps the workers that carry it, also when their service is gone. */
public final class PresentWorkers {

    private final Supplier<CallbackWorkers> service;

    /** @param service the workers that are registered at present, or null for none */
    public PresentWorkers(Supplier<CallbackWorkers> service) {
        this.service = service;
    }

    /** Those that carry out a callback on the calling thread, otherwise those of the service; or null. */
    public CallbackWorkers get() {
        CallbackThread.Carrier carrier = CallbackThread.current();
        return carrier == null ? service.get() : carrier.workers();
    }

    /**
     * As {@link #get}, where there must be some.
     *
     * @param what cannot be done without them
     * @throws TeeException ENODEV if there are none; UNAVAIL tells it from a TEE that is gone
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
