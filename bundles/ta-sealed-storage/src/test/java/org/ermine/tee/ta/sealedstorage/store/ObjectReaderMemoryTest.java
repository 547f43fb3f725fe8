// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ObjectReaderMemoryTest {

    /** No virtual machine makes an array of so many bytes, however much memory it has. */
    private static final int TOO_MANY = Integer.MAX_VALUE;

    @Test
    @DisplayName("ERM-23: given no memory for a chunk again and again, then the reader is not busy for good")
    void notBusyForGood() {
        ObjectVersion version = ObjectVersion.first(1, new SecureRandom());
        ObjectReader reader = new ObjectReader(null, null, IndexEntry.plain(version, TOO_MANY, TOO_MANY, 0), null);
        for (int i = 0; i < 3; i++) {
            DirectArguments arguments =
                    new DirectArguments().in(new byte[Long.BYTES]).out(1);
            assertThrows(OutOfMemoryError.class, () -> reader.invoke(SealedStorageProtocol.READER_READ, arguments));
        }
    }
}
