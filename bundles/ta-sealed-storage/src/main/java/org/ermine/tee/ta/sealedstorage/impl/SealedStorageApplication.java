// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.service.component.annotations.Component;

/** Starts the sealed storage TA. */
@Component
@QteeApplication(name = SealedStorageProtocol.TA_NAME)
public final class SealedStorageApplication implements TrustedApplication {

    /** As much as fits into a message together with header and tag, in multiples of 4 KiB. */
    static final int CHUNK_SIZE = SealedStorageProtocol.TRANSFER_SIZE;

    private final AtomicBoolean warm = new AtomicBoolean();

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        BlockCipher cipher = new BlockCipher(environment);
        if (warm.compareAndSet(false, true)) {
            cipher.warmUp();
        }
        GpFileStorage storage = new GpFileStorage(environment);
        BlockFiles files = new BlockFiles(storage, cipher);
        SegmentFiles segments = new SegmentFiles(storage, files, SegmentFiles.MAX_SIZE);
        return new ApplicationObject(
                new Store(environment, storage, files, segments, IndexLimits.USUAL, CHUNK_SIZE, Clock.systemUTC()));
    }
}
