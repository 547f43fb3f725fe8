// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.osgi.annotation.versioning.ProviderType;

/** A context, as the workers that serve its callback requests see it. Thread safe; neither method blocks nor runs foreign code. */
@ProviderType
public interface CallbackSource {

    /** Takes the next call, which the calling thread then runs; null if there is none. */
    CallbackCall next();

    /**
     * Takes the request for whose answer the calling thread itself waits, whatever stands before it in the queue.
     *
     * @return null if somebody else has taken it
     */
    CallbackCall awaited();
}
