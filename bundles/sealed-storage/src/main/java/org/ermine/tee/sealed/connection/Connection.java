// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.connection;

import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of a bundle to the TA: owns a context, the controller that keeps the TA loaded, and the application
 * object. Any number of threads may use it; closed when none does.
 */
final class Connection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final TeeContext context;
    private final AppController controller;
    private final TeeObject application;
    private final Runnable whenClosed;

    private Connection(TeeContext context, AppController controller, TeeObject application, Runnable whenClosed) {
        this.context = context;
        this.controller = controller;
        this.application = application;
        this.whenClosed = whenClosed;
    }

    /** A connection of a bundle: the TEE is told its name. */
    static Connection open(DeviceService service, Bundle user) throws SealedStorageException {
        DeviceService.Use use = service.of(user);
        Connection connection = null;
        try {
            connection = open(use.device(), use::giveBack);
            return connection;
        } finally {
            if (connection == null) {
                use.giveBack();
            }
        }
    }

    private static Connection open(TeeDevice device, Runnable whenClosed) throws SealedStorageException {
        TeeContext context;
        try {
            context = device.open();
        } catch (TeeException e) {
            throw Explanation.ofConnecting(e);
        }
        Connection connection = null;
        try {
            connection = connect(context, whenClosed);
            return connection;
        } catch (TeeException e) {
            throw Explanation.ofConnecting(e);
        } finally {
            if (connection == null) {
                context.close();
            }
        }
    }

    private static Connection connect(TeeContext context, Runnable whenClosed) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(context);
                AppLoader loader = AppLoader.open(environment)) {
            AppController controller = loader.connectOrLoadEmbedded(SealedStorageProtocol.TA_NAME);
            try {
                return new Connection(context, controller, controller.appObject(), whenClosed);
            } catch (TeeException e) {
                controller.close();
                throw e;
            }
        }
    }

    TeeObject application() {
        return application;
    }

    /**
     * Asks whether the TA that this leads to is still there. The device may have gone since, the right to use it may
     * have been withdrawn, and the TA may have been replaced.
     */
    boolean isAlive() {
        try (TeeObject present = controller.appObject()) {
            return !present.isClosed();
        } catch (TeeException e) {
            LOG.debug("The connection to sealed storage has ended: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        try {
            application.close();
            controller.close();
            context.close();
        } finally {
            whenClosed.run();
        }
    }
}
