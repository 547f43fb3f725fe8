// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.protocol.StoredObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept of objects that an archive does without. */
class LeftOutTest {

    @Test
    @DisplayName("given more damaged objects than are explained then all are counted, and no more is kept of them")
    void givenMoreThanAreExplainedThenTheyAreCounted() throws SealedStorageException {
        LeftOut leftOut = new LeftOut();
        for (int i = 0; i < 10 * LeftOut.EXPLAINED; i++) {
            StoredObject object =
                    new StoredObject(new byte[0], "drawer", "object " + i, 1, Instant.EPOCH, new byte[0], new byte[0]);
            leftOut.add(object, new SealedStorageException(Reason.STORAGE_FAILED, "it cannot be read"));
        }
        SealedStorageException incomplete = assertThrows(SealedStorageException.class, () -> leftOut.requireNone(1));
        assertEquals(Reason.BACKUP_INCOMPLETE, incomplete.reason());
        assertTrue(incomplete.getMessage().contains("without 1000 that are damaged"), incomplete.getMessage());
        assertTrue(incomplete.getMessage().endsWith("; and 990 more"), incomplete.getMessage());
        assertEquals(LeftOut.EXPLAINED, incomplete.getSuppressed().length);
    }
}
