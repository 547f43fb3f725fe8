// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.core.rights.OwnerRights;
import org.ermine.tee.core.support.Owner;

/** What opened a context: the device as one bundle sees it. */
public interface ContextOpener extends TeeDevice {

    /** Returns the bundle. */
    Owner owner();

    /**
     * Returns the name of the bundle, which is the same String each time, since each description of a context has it.
     */
    String ownerName();

    /** Returns what the bundle may do at present. */
    OwnerRights rights();

    /** Whether the bundle may have contexts of the device open. */
    boolean isPermitted();

    /** Runs code of the bundle that may not return. */
    void runForeign(Runnable code);

    /** Notes that a context is closed, and need not be closed any more when the bundle gives its device back. */
    void closed(Context context);

    /** Notes that a context has ended: the TEE has released it as well. */
    void released(Context context);
}
