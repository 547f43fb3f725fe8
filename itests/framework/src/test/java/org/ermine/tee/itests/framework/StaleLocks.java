// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.lang.reflect.Field;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A thread that loads a class of a bundle is noted in the bundle's class loader meanwhile. Felix 7.0.5 leaves it there
 * where two threads load the same class at once ({@code BundleClassLoader.defineClassParallel} leaves its loop without
 * taking back what it put), so that the thread, and the class loader of whoever made it, are kept as long as that
 * bundle.
 */
final class StaleLocks {

    private StaleLocks() {}

    /** Takes threads out that have ended. */
    static void remove(BundleContext context) {
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && bundle.getBundleId() != 0 && wiring.getClassLoader() != null) {
                locks(wiring.getClassLoader()).values().removeIf(thread -> !thread.isAlive());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Thread> locks(ClassLoader loader) {
        try {
            Field locks = loader.getClass().getDeclaredField("m_classLocks");
            locks.setAccessible(true);
            return (Map<String, Thread>) locks.get(loader);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
