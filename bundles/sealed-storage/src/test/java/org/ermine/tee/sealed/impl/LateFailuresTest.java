// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.file.SourceFile;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails when the TA has done what it was asked for, of a whole operation. */
@Timeout(60)
class LateFailuresTest {

    private static final byte[] SECRET = {1, 2, 3};

    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", new MemoryFileStorage()));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.client");

    @AfterEach
    void nothingIsLeftOpen() {
        bundles.close();
        tee.assertNothingOpen();
    }

    @Test
    void givenAFileThatCannotBeClosedAfterItWasReadThenItIsSealed() throws Exception {
        InputStream source = new ByteArrayInputStream(SECRET) {
            @Override
            public void close() throws IOException {
                throw new IOException("stale file handle");
            }
        };
        SourceFile file = new SourceFile(Path.of("file"), source, SECRET.length);
        assertEquals(
                3, client.seal("x", file, WriteMode.NEW, ProgressListener.NONE).size());
        assertArrayEquals(SECRET, client.read("x"));
    }
}
