// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.time.Duration;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** Starts the demo when the bundle starts. The JVM ends with it: with 0 only if every step held. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {

    private static final int HELD = 0;
    private static final int FAILED = 1;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public void start(BundleContext bundleContext) {
        Watchdog.start(LIMIT, System.err);
        Thread thread = new Thread(() -> run(bundleContext), "demo");
        thread.setDaemon(true);
        thread.start();
    }

    /** The demo ends the framework, not the other way round: its thread runs on until the JVM ends. */
    @Override
    public void stop(BundleContext bundleContext) {}

    private static void run(BundleContext bundleContext) {
        int code = FAILED;
        try {
            Settings settings = Settings.of(bundleContext);
            if (new Demo(new Platform(bundleContext), settings, System.out).run()) {
                code = HELD;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Felix stops the framework in a shutdown hook.
            System.exit(code);
        }
    }
}
