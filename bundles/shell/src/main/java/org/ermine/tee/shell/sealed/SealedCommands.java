// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.util.List;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.shell.command.Commands;

/** Makes the commands on sealed objects, for those who do not know the types of sealed storage. */
final class SealedCommands {

    private SealedCommands() {}

    /**
     * @param storage a {@link SealedStorage}
     * @param admin a {@link SealedStorageAdmin}
     */
    static List<Commands> of(Object storage, Object admin) {
        SealedStorage objects = (SealedStorage) storage;
        SealedStorageAdmin all = (SealedStorageAdmin) admin;
        return List.of(
                new SealedStorageCommands(objects, all), new BackupCommands(all), new ResetStoreCommand(objects, all));
    }
}
