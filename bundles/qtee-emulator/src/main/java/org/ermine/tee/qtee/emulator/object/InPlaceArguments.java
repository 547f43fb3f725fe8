// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import org.ermine.tee.IncomingArguments;

/** Arguments of which large buffers may be shown where they stand, in memory that the normal world shares. */
public interface InPlaceArguments extends IncomingArguments {

    /** Whether large buffers, of which there are some, are shown so. */
    boolean areInPlace();
}
