// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Work;

/**
 * An Ermine all of whose classes, those of clients included, are loaded by a class loader of its own: several
 * generations or variants of it take turns in one JVM, and each has code compiled for itself alone.
 */
final class Isolated implements Closeable {

    private final URLClassLoader loader;
    private final Function<String, IntConsumer> works;

    private Isolated(URLClassLoader loader, Function<String, IntConsumer> works) {
        this.loader = loader;
        this.works = works;
    }

    /**
     * This generation, in a variant.
     *
     * @param without names of the bundles that are left out
     * @param options by PID
     */
    static Isolated variant(Set<String> without, Map<String, Map<String, Object>> options) throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(url(Path.of(entry)));
        }
        return of(classPath, Path.of(System.getProperty(World.BUNDLES)), without, options);
    }

    /**
     * Another generation, at its defaults: with the works of this one, which use what both have.
     *
     * @param folder with the folders {@code lib} and {@code bundles}
     */
    static Isolated generation(Path folder) throws Exception {
        List<URL> classPath = new ArrayList<>();
        classPath.add(Isolated.class.getProtectionDomain().getCodeSource().getLocation());
        try (Stream<Path> libraries = Files.list(folder.resolve("lib"))) {
            for (Path library : libraries.sorted().toList()) {
                classPath.add(url(library));
            }
        }
        return of(classPath, folder.resolve("bundles"), Set.of(), Map.of());
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    @SuppressWarnings("unchecked")
    private static Isolated of(
            List<URL> classPath, Path bundles, Set<String> without, Map<String, Map<String, Object>> options)
            throws Exception {
        URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Object works = loader.loadClass(IsolatedWorks.class.getName())
                .getConstructor(Path.class, Set.class, Map.class)
                .newInstance(bundles, without, options);
        return new Isolated(loader, (Function<String, IntConsumer>) works);
    }

    /** @param name one of those of {@link IsolatedWorks} */
    Work work(String name) {
        IntConsumer work = works.apply(name);
        return work::accept;
    }

    @Override
    public void close() throws IOException {
        try (loader) {
            ((Closeable) works).close();
        }
    }
}
