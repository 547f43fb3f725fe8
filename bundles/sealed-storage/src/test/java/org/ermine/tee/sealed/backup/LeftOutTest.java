// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept of objects that an archive does without. */
class LeftOutTest {

    @Test
    @DisplayName("given more damaged objects than are explained then all are counted, and no more is kept of them")
    void givenMoreThanAreExplainedThenTheyAreCounted() throws SealedStorageException {
        LeftOut leftOut = new LeftOut();
        for (int i = 0; i < 10 * LeftOut.EXPLAINED; i++) {
            leftOut.add(new SealedStorageException(Reason.STORAGE_FAILED, "it cannot be read"));
        }
        SealedStorageException incomplete = leftOut.incomplete("archive", 1);
        assertEquals(Reason.BACKUP_INCOMPLETE, incomplete.reason());
        assertTrue(incomplete.getMessage().contains("without 1000 that are damaged"), incomplete.getMessage());
        assertTrue(incomplete.getMessage().endsWith("; and 990 more"), incomplete.getMessage());
        assertEquals(LeftOut.EXPLAINED, incomplete.getSuppressed().length);
    }
}
