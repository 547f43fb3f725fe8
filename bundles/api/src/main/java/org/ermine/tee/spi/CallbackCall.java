// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.osgi.annotation.versioning.ProviderType;

/** A callback that is being carried out. Valid between begin and end, for any thread. */
@ProviderType
public interface CallbackCall {

    CallbackObject target();

    /** The operation; {@link DriverContext#OP_RELEASE} when the object is told that it is released. */
    int op();

    /** Who owns the context, for messages. */
    String owner();

    /**
     * Fails the request towards the TEE while the object still works on it; its late answer is then refused.
     *
     * @return false if it was answered already
     */
    boolean fail(Errno errno);
}
