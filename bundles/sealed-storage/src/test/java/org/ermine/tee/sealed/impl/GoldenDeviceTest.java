// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an earlier version sealed is unsealed for ever, with the secure state of that version. */
@Timeout(60)
class GoldenDeviceTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"golden/format-1", "golden/format-3", "golden/format-4"})
    void givenTheStateAndTheStoreOfAnEarlierVersionThenAllThatWasSealedIsUnsealedAndMoreIsSealed(String kept)
            throws Exception {
        try (GoldenDevice device = GoldenDevice.start(kept, folder)) {
            assertHolds(GoldenDevice.objects(), device.client());
            device.client().seal("new", new ByteArrayInputStream(new byte[9]), ProgressListener.NONE);
            device.client().remove("pin");
        }
    }

    private void assertHolds(Map<String, byte[]> objects, SealedStorage client) throws Exception {
        Set<String> names =
                client.list().stream().map(SealedEntry::name).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(objects.keySet(), names);
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            Path target = folder.resolve("target");
            client.unseal(each.getKey(), target, ProgressListener.NONE);
            assertArrayEquals(each.getValue(), Files.readAllBytes(target), each.getKey());
        }
    }
}
