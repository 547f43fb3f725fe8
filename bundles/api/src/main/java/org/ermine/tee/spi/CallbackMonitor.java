// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Watches callbacks that a worker carries out. Called on the worker's thread. */
@ProviderType
public interface CallbackMonitor {

    /** The call begins. */
    void begin(CallbackCall call);

    /** The call has ended, however. */
    void end(CallbackCall call);
}
