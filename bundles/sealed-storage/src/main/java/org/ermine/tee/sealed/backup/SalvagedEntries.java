// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.object.ObjectSet;
import org.ermine.tee.sealed.protocol.StoredObject;

/** What the administrator is told of objects that can be salvaged. */
public final class SalvagedEntries {

    private SalvagedEntries() {}

    static SalvagedEntry of(StoredObject object) {
        return new SalvagedEntry(object.drawer(), object.name(), object.size(), object.created());
    }

    public static List<SalvagedEntry> of(ObjectSet objects) throws SealedStorageException {
        List<SalvagedEntry> entries = new ArrayList<>();
        objects.<SealedStorageException>forEach(object -> entries.add(of(object)));
        return List.copyOf(entries);
    }
}
