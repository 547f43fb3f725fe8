// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.tree.Index;

/** What may stand under the name of an object that is written. */
public enum Placement {
    /** Anything: the object takes its place. */
    REPLACING,
    /** Nothing. */
    NEW;

    void require(Index index, String key) throws TeeException {
        if (this == NEW && index.find(key) != null) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_EXISTS),
                    "there is an object '" + Drawer.objectOf(key) + "' already");
        }
    }
}
