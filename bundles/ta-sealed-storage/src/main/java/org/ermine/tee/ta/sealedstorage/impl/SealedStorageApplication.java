// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.ermine.tee.embedded.options.OptionReader;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.BlockCipher;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerAccess;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerConfiguration;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerOptions;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.ta.sealedstorage.store.Store;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
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

    /** The property of the framework or the system by which nothing is to be open before it is configured. */
    static final String REQUIRED = "org.ermine.tee.core.requirePermissions";

    private final AtomicBoolean warm = new AtomicBoolean();
    private final Options<DrawerConfiguration, DrawerLimits> options;
    private boolean configurationRequired;
    /** Whether a configuration is required, and none was taken over: by default drawers are shared. */
    private boolean unconfigured;
    /** Whether what was read last is not in force. */
    private boolean refused;
    /** What holds for clients. */
    private volatile DrawerLimits limits;

    /**
     * @throws IllegalArgumentException if the rules are wrong: it is not there then, as it is not known whom to keep
     *     out
     */
    @Activate
    public SealedStorageApplication(DrawerConfiguration configuration, Map<String, Object> properties) {
        options = new Options<>(
                DrawerConfiguration.PID,
                DrawerConfiguration.class,
                configuration,
                properties,
                this::read,
                this::refuse);
        limits = options.inForce();
    }

    @Activate
    void activate(BundleContext bundle, Map<String, Object> properties) {
        String required = bundle.getProperty(REQUIRED);
        configurationRequired =
                required != null && !required.strip().toLowerCase(Locale.ROOT).equals("false");
        enforce(isConfigured(properties));
    }

    private DrawerLimits read(OptionReader<DrawerConfiguration> reader) {
        refused = false;
        return DrawerOptions.read(reader);
    }

    /** Of what was read, this is told after it; of names that no option has, before. */
    private void refuse(String why) {
        refused = true;
        LOG.error(why);
    }

    /** One that is refused does not open what a missing one keeps closed: it may be meant to forbid it. */
    @Modified
    void modified(DrawerConfiguration changed, Map<String, Object> properties) {
        options.change(changed, properties);
        enforce(isConfigured(properties) && !(refused && unconfigured));
    }

    /** What Configuration Admin has is told by the PID, which a component without a configuration does not have. */
    private static boolean isConfigured(Map<String, Object> properties) {
        return properties.get(Constants.SERVICE_PID) != null;
    }

    /** In one step, so that nobody sees the default in between. */
    private void enforce(boolean configured) {
        unconfigured = configurationRequired && !configured;
        limits = unconfigured ? options.inForce().withoutShared() : options.inForce();
        if (unconfigured) {
            LOG.warn(
                    "permissions are required, and no configuration {} is in force; no drawer is shared until one is",
                    DrawerConfiguration.PID);
        }
    }

    DrawerLimits limits() {
        return limits;
    }

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        return start(environment, this::limits);
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
