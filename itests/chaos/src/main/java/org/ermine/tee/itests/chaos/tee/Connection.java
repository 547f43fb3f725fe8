// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.tee;

import java.util.Collection;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.chaos.ledger.ContextLife;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** A context with the trusted application loaded. Used by one request at a time, and those made in its course. */
public final class Connection implements AutoCloseable {

    private final BundleContext bundle;
    private final ServiceReference<TeeDevice> device;
    private final TeeContext context;
    private final AppController controller;
    private final TeeObject application;
    private final ContextLife life;
    private final int epoch;

    private Connection(
            BundleContext bundle,
            ServiceReference<TeeDevice> device,
            TeeContext context,
            AppController controller,
            TeeObject application,
            ContextLife life,
            int epoch) {
        this.bundle = bundle;
        this.device = device;
        this.context = context;
        this.controller = controller;
        this.application = application;
        this.life = life;
        this.epoch = epoch;
    }

    /** @throws IllegalStateException if there is no device, or the bundle has ended */
    public static Connection open(BundleContext bundle, Ledger ledger, ContextLife life) throws TeeException {
        int epoch = ledger.epoch();
        ServiceReference<TeeDevice> reference = device(bundle);
        TeeDevice device = bundle.getService(reference);
        if (device == null) {
            throw new IllegalStateException("the device went");
        }
        TeeContext context = null;
        AppController controller = null;
        try {
            context = device.open();
            try (ClientEnv environment = ClientEnv.register(context);
                    AppLoader loader = AppLoader.open(environment)) {
                controller = loader.connectOrLoadEmbedded(Operations.APPLICATION);
            }
            return new Connection(bundle, reference, context, controller, controller.appObject(), life, epoch);
        } catch (TeeException | RuntimeException e) {
            if (controller != null) {
                controller.close();
            }
            if (context != null) {
                context.close();
            }
            unget(bundle, reference);
            throw e;
        }
    }

    private static ServiceReference<TeeDevice> device(BundleContext bundle) {
        try {
            Collection<ServiceReference<TeeDevice>> found =
                    bundle.getServiceReferences(TeeDevice.class, "(" + TeeDevice.SERVES_CALLBACKS + "=true)");
            if (found.isEmpty()) {
                throw new IllegalStateException("there is no device that serves callbacks");
            }
            return found.iterator().next();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static void unget(BundleContext bundle, ServiceReference<TeeDevice> reference) {
        try {
            bundle.ungetService(reference);
        } catch (IllegalStateException e) {
            // The bundle has ended, and with it all that it had.
            assert e.getMessage() != null;
        }
    }

    TeeContext context() {
        return context;
    }

    public TeeObject application() {
        return application;
    }

    ContextLife life() {
        return life;
    }

    /** Whether it was opened before the last disturbance ended. */
    boolean isStale(Ledger ledger) {
        return epoch != ledger.epoch() || context.isClosed();
    }

    public boolean isClosed() {
        return context.isClosed();
    }

    @Override
    public void close() {
        life.closing();
        application.close();
        controller.close();
        context.close();
        unget(bundle, device);
    }
}
