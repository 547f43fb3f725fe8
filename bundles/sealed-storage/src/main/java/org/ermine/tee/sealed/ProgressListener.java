// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import org.osgi.annotation.versioning.ConsumerType;

/** Is told how far sealing or unsealing has come, on the thread that does it. What it throws ends the operation. */
@ConsumerType
@FunctionalInterface
public interface ProgressListener {

    /** Nobody wants to know. */
    ProgressListener NONE = (done, total) -> {};

    /**
     * Another piece is done. Not called for empty content.
     *
     * @param done bytes so far
     * @param total bytes in all, as far as known at the beginning; -1 if unknown
     */
    void progress(long done, long total);
}
