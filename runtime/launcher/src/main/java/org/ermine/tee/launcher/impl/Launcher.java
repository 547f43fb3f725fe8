// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.main.Main;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/** Starts the framework that Felix' configuration files and system properties describe, and ends the JVM with it. */
public final class Launcher {

    /** System property: where state, store, configurations, log and bundle cache are. */
    static final String HOME = "ermine.home";

    private static final int FAILED = 1;

    private Launcher() {}

    public static void main(String[] arguments) throws InterruptedException {
        Main.loadSystemProperties();
        Map<String, String> configuration = Main.loadConfigProperties();
        Main.copySystemProperties(configuration);
        Path record = Path.of(System.getProperty(HOME)).resolve("cache.record");
        int code = FAILED;
        try {
            Framework framework = new KeptBundles(configuration, record).open();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework), "ermine-shutdown"));
            run(framework);
            code = 0;
        } catch (BundleException e) {
            System.err.println("ermine: the framework does not start: " + e.getMessage());
            e.printStackTrace();
        }
        System.exit(code);
    }

    private static void run(Framework framework) throws BundleException, InterruptedException {
        FrameworkEvent event;
        do {
            framework.start();
            event = framework.waitForStop(0);
        } while (event.getType() == FrameworkEvent.STOPPED_UPDATE);
    }

    private static void stop(Framework framework) {
        try {
            framework.stop();
            framework.waitForStop(0);
        } catch (BundleException e) {
            System.err.println("ermine: the framework does not stop: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
