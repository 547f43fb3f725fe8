// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * A client in a bundle of its own, that a test has do some work by a {@link Callable} service: an invocation with a
 * callback, an object that comes back, an invocation of it. It answers with what went wrong, empty if nothing did.
 */
public final class WorkingClient implements BundleActivator {

    private BundleContext bundle;

    static TestBundle bundle() {
        return new TestBundle(WorkingClient.class, "org.ermine.tee", "org.ermine.tee.mink");
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        context.registerService(Callable.class, this::work, FrameworkUtil.asDictionary(Map.of()));
        Supplier<CallbackObject> credentials = this::credentials;
        context.registerService(Supplier.class, credentials, FrameworkUtil.asDictionary(Map.of()));
    }

    /** What core made of this bundle, for whoever asks. */
    private CallbackObject credentials() {
        return bundle.getService(bundle.getServiceReference(TeeContext.class)).credentials();
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    private String work() {
        ServiceReference<TeeDevice> reference = bundle.getServiceReference(TeeDevice.class);
        TeeDevice device = reference == null ? null : bundle.getService(reference);
        if (device == null) {
            return "there is no device";
        }
        try (TeeContext tee = device.open();
                ClientEnv environment = ClientEnv.register(tee);
                Diagnostics diagnostics = Diagnostics.open(environment)) {
            return diagnostics.queryHeapInfo().free() > 0 ? "" : "QTEE has no memory";
        } catch (Exception e) {
            return e.toString();
        } finally {
            bundle.ungetService(reference);
        }
    }
}
