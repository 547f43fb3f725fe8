// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A bundle that leaks, in the way that it is told by name; the answer is what the caller is to keep for that, if
 * anything.
 */
public final class PlantedLeak implements BundleActivator {

    static final String THREAD = "planted leak";

    private final ThreadLocal<Object> local = new ThreadLocal<>();

    /** Its class is the bundle's. */
    private static final class PlantedException extends Exception {
        private static final long serialVersionUID = 1;
    }

    static TestBundle bundle() {
        return new TestBundle(PlantedLeak.class).with(PlantedException.class);
    }

    @Override
    public void start(BundleContext context) {
        Function<String, Object> leak = this::leak;
        context.registerService(Function.class, leak, FrameworkUtil.asDictionary(Map.of()));
    }

    /** What is registered is unregistered by the framework; the rest is what leaks. */
    @Override
    public void stop(BundleContext context) {}

    private Object leak(String way) {
        switch (way) {
            case "NOTHING" -> {
                return "";
            }
            case "SERVICE" -> {
                return this;
            }
            case "THROWABLE" -> {
                return new PlantedException();
            }
            case "THREAD_LOCAL" -> {
                local.set(this);
                return "";
            }
            case "LIVE_THREAD" -> {
                Thread thread = new Thread(PlantedLeak::parkUntilInterrupted, THREAD);
                thread.setDaemon(true);
                thread.start();
                return "";
            }
            case "CONTEXT_CLASS_LOADER" -> {
                Thread.currentThread().setContextClassLoader(PlantedLeak.class.getClassLoader());
                return "";
            }
            case "SHUTDOWN_HOOK" -> {
                Thread hook = new Thread(() -> {}, THREAD);
                Runtime.getRuntime().addShutdownHook(hook);
                return hook;
            }
            default -> throw new IllegalArgumentException(way);
        }
    }

    private static void parkUntilInterrupted() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }
}
