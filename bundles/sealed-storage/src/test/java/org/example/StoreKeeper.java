// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import java.io.IOException;
import java.nio.file.Path;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.osgi.service.component.annotations.Reference;

/** What an administrator does in the page for users of sealed storage. */
public final class StoreKeeper {

    public StoreKeeper(SealedStorageAdmin admin) {
        this.admin = admin;
    }

    @Reference
    private SealedStorageAdmin admin;

    void salvageAndBeginAnew(Path folder) throws IOException {
        int number = 0;
        for (SalvagedEntry each : admin.salvageable()) { // authentic, but perhaps not the latest
            Path target = folder.resolve("salvaged-" + number++); // names may be the same, or none for a file
            admin.salvage(each.drawer(), each.name(), target, ProgressListener.NONE);
        }
        admin.reset(); // all that any bundle sealed is lost
    }

    public void salvageAll(Path folder) throws IOException {
        salvageAndBeginAnew(folder);
    }

    public void backUpAndRestore(Path folder, char[] passphrase) throws IOException {
        Path archive = folder.resolve("sealed.backup");
        admin.backup(archive, passphrase, ProgressListener.NONE);
        admin.restore(archive, passphrase, true, ProgressListener.NONE); // true: in the place of what is there
    }
}
