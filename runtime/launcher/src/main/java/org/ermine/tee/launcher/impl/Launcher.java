// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.io.IOException;
import java.nio.file.Files;
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

    /** System property: a file that is there while it is not known whether the JVM dies of its archive of classes; may be absent. */
    static final String TRIAL = "ermine.archive.trial";

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
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(framework), "ermine-shutdown"));
            framework.start();
            endTrial();
            run(framework);
            code = 0;
        } catch (BundleException e) {
            System.err.println("ermine: the framework does not start: " + e.getMessage());
            e.printStackTrace();
        }
        endTrial();
        System.exit(code);
    }

    /** Until it has stopped. An update of the framework stops it, and it is to be started again. */
    private static void run(Framework framework) throws BundleException, InterruptedException {
        while (framework.waitForStop(0).getType() == FrameworkEvent.STOPPED_UPDATE) {
            framework.start();
        }
    }

    /** The JVM has lived: what becomes of it from now on is not due to its archive. */
    private static void endTrial() {
        String trial = System.getProperty(TRIAL);
        if (trial == null) {
            return;
        }
        try {
            Files.deleteIfExists(Path.of(trial));
        } catch (IOException e) {
            System.err.println("ermine: the archive of classes will be made anew, as its trial cannot be ended: " + e);
        }
    }

    /** Somebody may end the JVM before the framework has started. */
    private static void end(Framework framework) {
        endTrial();
        stop(framework);
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
