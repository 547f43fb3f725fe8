// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.ermine.tee.options.Options;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerAccess;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerConfiguration;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerOptions;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the sealed storage TA. */
@Component(service = TrustedApplication.class, configurationPid = DrawerConfiguration.PID)
@Designate(ocd = DrawerConfiguration.class)
@QteeApplication(name = SealedStorageProtocol.TA_NAME)
public final class SealedStorageApplication implements TrustedApplication {

    /** As much as fits into a message together with header and tag, in multiples of 4 KiB. */
    static final int CHUNK_SIZE = SealedStorageProtocol.TRANSFER_SIZE;

    private static final Logger LOG = LoggerFactory.getLogger(SealedStorageApplication.class);

    private final AtomicBoolean warm = new AtomicBoolean();
    private final Options<DrawerConfiguration, DrawerLimits> options;

    /** @throws IllegalArgumentException if the rules are wrong: it is not there then, as it is not known whom to keep out */
    @Activate
    public SealedStorageApplication(DrawerConfiguration configuration) {
        options = new Options<>(
                DrawerConfiguration.PID, DrawerConfiguration.class, configuration, DrawerOptions::read, LOG::error);
    }

    @Activate
    void activate(Map<String, Object> properties) {
        options.checkNames(properties);
    }

    @Modified
    void modified(DrawerConfiguration changed, Map<String, Object> properties) {
        options.checkNames(properties);
        options.change(changed);
    }

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        return start(environment, options::inForce);
    }

    private TrustedObject start(TrustedEnvironment environment, Supplier<DrawerLimits> limits) {
        BlockCipher cipher = new BlockCipher(environment);
        if (warm.compareAndSet(false, true)) {
            cipher.warmUp();
        }
        GpFileStorage storage = new GpFileStorage(environment);
        BlockFiles files = new BlockFiles(storage, cipher);
        SegmentFiles segments = new SegmentFiles(storage, files, SegmentFiles.MAX_SIZE);
        Store store = new Store(
                environment, storage, files, segments, IndexLimits.USUAL, CHUNK_SIZE, Clock.systemUTC(), limits);
        return new ApplicationObject(store, new DrawerAccess(environment, limits));
    }
}
