// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;

/**
 * A bundle that was used and uninstalled leaves nothing that keeps its class loader. It is used on a thread of a pool
 * that lives on, as those of applications do.
 */
class ClassLoaderLeakIT {

    private static final String GOGO = "org.apache.felix.gogo.runtime";

    @TempDir
    private static Path storage;

    private static EmbeddedFelix felix;

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    /** What a consumer keeps. */
    private Object holder;

    @BeforeAll
    static void startAll() throws Exception {
        felix = EmbeddedFelix.start(storage.resolve("felix"));
        // Not in the data areas of bundles, which go with them.
        felix.configure(
                ErmineBundles.EMULATOR,
                Map.of("stateDirectory", storage.resolve("secure").toString()));
        felix.configure(
                ErmineBundles.GPFS,
                Map.of(
                        "persistRoot", storage.resolve("files").toString(),
                        "dataRoot", storage.resolve("data").toString()));
        felix.install(GOGO).start();
        for (Bundle bundle : felix.install(ErmineBundles.ALL)) {
            bundle.start();
        }
        felix.install(SealingClient.bundle()).start();
    }

    @AfterAll
    static void stopAll() throws Exception {
        felix.close();
    }

    @BeforeEach
    void theThreadIsThereBeforeTheBundle() throws Exception {
        pool.submit(() -> {}).get();
    }

    @AfterEach
    void endThread() throws Exception {
        pool.shutdown();
        pool.awaitTermination(10, TimeUnit.SECONDS);
    }

    static Stream<String> bundles() {
        return ErmineBundles.ALL.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bundles")
    @DisplayName(
            "a bundle of Ermine that was used and uninstalled can be collected, and so can those that were wired to it")
    void whatWasUsedAndUninstalledIsCollected(String name) throws Exception {
        replace(name).assertNoneKept("after " + name + " was uninstalled");
    }

    /** This is done in a frame of its own, so that nothing in it keeps a class loader. */
    private Loaders replace(String name) throws Exception {
        awaitWork();
        Bundle bundle = felix.bundle(name);
        // The bundles that are wired to it are wired anew.
        List<Bundle> rewired = felix.closure(bundle);
        Loaders loaders = Loaders.of(rewired);
        bundle.uninstall();
        felix.refresh(bundle);
        felix.install(name).start();
        for (Bundle other : rewired) {
            if (other != bundle) {
                other.start();
            }
        }
        awaitWork();
        StaleLocks.remove(felix.context());
        return loaders;
    }

    private void awaitWork() throws Exception {
        pool.submit(() -> Await.none("sealed storage works", ClassLoaderLeakIT::work))
                .get();
    }

    private static Object work() {
        try {
            return felix.service(Callable.class).call();
        } catch (Exception e) {
            return e;
        }
    }

    /** Ways to keep a class loader, and what ends it. */
    enum Leak {
        NOTHING(false),
        SERVICE(true),
        THROWABLE(true),
        THREAD_LOCAL(true),
        LIVE_THREAD(true),
        CONTEXT_CLASS_LOADER(true),
        SHUTDOWN_HOOK(true);

        private final boolean keeps;

        Leak(boolean keeps) {
            this.keeps = keeps;
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("the measurement sees each kind of leak while it lasts, and none where there is none")
    void plantedLeaksAreSeen(Leak leak) throws Exception {
        Loaders loaders = plant(leak);
        List<String> expected = leak.keeps ? List.of("org.ermine.tee.itests.PlantedLeak") : List.of();
        assertEquals(expected, loaders.kept(), "kept while it leaks");
        mend(leak);
        loaders.assertNoneKept("when it leaks no more");
    }

    /** This is done in a frame of its own, so that nothing in it keeps a class loader. */
    private Loaders plant(Leak leak) throws Exception {
        Bundle bundle = felix.install(PlantedLeak.bundle());
        bundle.start();
        holder = pool.submit(() -> leaking(leak)).get();
        if (leak == Leak.SHUTDOWN_HOOK) {
            holder = new WeakReference<>(holder);
        }
        Loaders loaders = Loaders.of(List.of(bundle));
        bundle.uninstall();
        felix.refresh(bundle);
        return loaders;
    }

    @SuppressWarnings("unchecked")
    private static Object leaking(Leak leak) {
        return ((Function<String, Object>) felix.service(Function.class)).apply(leak.name());
    }

    private void mend(Leak leak) throws Exception {
        switch (leak) {
            case LIVE_THREAD ->
                Arrays.stream(threads())
                        .filter(thread -> thread.getName().equals(PlantedLeak.THREAD))
                        .forEach(Thread::interrupt);
            case SHUTDOWN_HOOK -> Runtime.getRuntime().removeShutdownHook((Thread) ((WeakReference<?>) holder).get());
            case THREAD_LOCAL, CONTEXT_CLASS_LOADER -> endThread();
            default -> holder = null;
        }
    }

    private static Thread[] threads() {
        return Thread.getAllStackTraces().keySet().toArray(Thread[]::new);
    }
}
