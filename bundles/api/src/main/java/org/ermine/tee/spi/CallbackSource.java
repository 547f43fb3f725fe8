// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.osgi.annotation.versioning.ProviderType;

/** A context, as the workers that serve its callback requests see it. */
@ProviderType
public interface CallbackSource {

    /**
     * Takes the next request and carries it out on the calling thread. Never throws what a callback object throws.
     *
     * @param monitor told of the call before and after it
     * @return false if there was no request
     */
    boolean serveNext(CallbackMonitor monitor);
}
