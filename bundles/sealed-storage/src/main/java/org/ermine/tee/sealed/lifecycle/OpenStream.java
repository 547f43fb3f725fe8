// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.lifecycle;

import org.ermine.tee.sealed.devices.DeviceService;

/** A stream that a bundle has open, as far as others can end it. */
public interface OpenStream {

    /** Ends it, if it has not ended. */
    void end(Ending why);

    /** Where it leads to; null if that is not decided yet. */
    DeviceService device();
}
