// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.core.rights.OwnerRights;
import org.ermine.tee.core.support.Owner;

/** Who opened a context: the device as one bundle sees it. */
public interface ContextOpener extends TeeDevice {

    /** The bundle. */
    Owner owner();

    /** Its name, which is told for each context again and again. */
    String ownerName();

    /** What the bundle may do at present. */
    OwnerRights rights();

    /** Whether the bundle may have contexts of the device open. */
    boolean isPermitted();

    /** Runs code of the bundle that may not return. */
    void runForeign(Runnable code);

    /** The context is closed: it need not be closed any more when the bundle gives its device back. */
    void closed(Context context);

    /** The TEE has let the context go as well: it is over. */
    void released(Context context);
}
