// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.concurrent.Callable;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * A client of sealed storage in a bundle of its own, which all bundles have a part in: a test has it seal something by
 * a {@link Callable} service. It answers with what went wrong, the reason first, empty if nothing did.
 */
public final class SealingClient implements BundleActivator {

    static final String NO_SERVICE = "there is no sealed storage";

    private BundleContext bundle;

    static TestBundle bundle() {
        return new TestBundle(SealingClient.class, "org.ermine.tee.sealed");
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        context.registerService(Callable.class, this::work, FrameworkUtil.asDictionary(Map.of()));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    private String work() {
        ServiceReference<SealedStorage> reference = bundle.getServiceReference(SealedStorage.class);
        SealedStorage storage = reference == null ? null : bundle.getService(reference);
        if (storage == null) {
            return NO_SERVICE;
        }
        try {
            storage.seal("work", new byte[1000]);
            return storage.read("work").length == 1000 ? "" : "what was sealed is not what is read";
        } catch (SealedStorageException e) {
            return e.reason() + ": " + e.getMessage();
        } finally {
            bundle.ungetService(reference);
        }
    }
}
