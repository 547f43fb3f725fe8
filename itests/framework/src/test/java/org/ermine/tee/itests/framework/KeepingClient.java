// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.concurrent.Callable;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A client that opens a context when it starts and keeps it. Its {@link Callable} service tells whether it is still
 * open.
 */
public final class KeepingClient implements BundleActivator {

    static TestBundle bundle() {
        return new TestBundle(KeepingClient.class, "org.ermine.tee");
    }

    @Override
    public void start(BundleContext bundle) throws Exception {
        TeeDevice device = bundle.getService(bundle.getServiceReference(TeeDevice.class));
        TeeContext tee = device.open();
        Callable<String> state = () -> tee.isClosed() ? "closed" : "open";
        bundle.registerService(Callable.class, state, FrameworkUtil.asDictionary(Map.of()));
    }

    /** What is open is closed by the framework, which gives the device back. */
    @Override
    public void stop(BundleContext bundle) {}
}
