// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The class loaders that bundles have at one moment. It keeps none of them. A local variable of a test does: what uses
 * a bundle's services must have returned before {@link #kept} is asked.
 */
final class Loaders {

    /** A collection is asked for as often as this, before a class loader counts as kept. */
    private static final int COLLECTIONS = 40;

    private final Map<String, WeakReference<ClassLoader>> loaders = new LinkedHashMap<>();

    private Loaders() {}

    static Loaders of(List<Bundle> bundles) {
        Loaders all = new Loaders();
        for (Bundle bundle : bundles) {
            ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
            all.loaders.put(bundle.getSymbolicName(), new WeakReference<>(loader));
        }
        return all;
    }

    /** The names of the bundles whose former class loaders cannot be collected. */
    List<String> kept() {
        RecordCache.displace();
        List<String> kept = present();
        for (int i = 0; i < COLLECTIONS && !kept.isEmpty(); i++) {
            System.gc();
            kept = present();
        }
        return kept;
    }

    /** The same; where one is kept that must not be, the heap is dumped, for whoever wants to know what keeps it. */
    void assertNoneKept(String when) {
        List<String> kept = kept();
        if (!kept.isEmpty()) {
            throw new AssertionError("class loaders kept " + when + ": " + kept + "; heap in " + dump());
        }
    }

    private static Path dump() {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "kept-" + System.nanoTime() + ".hprof");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private List<String> present() {
        return loaders.entrySet().stream()
                .filter(entry -> entry.getValue().get() != null)
                .map(Map.Entry::getKey)
                .toList();
    }
}
