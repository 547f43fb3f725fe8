// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.felix.main.Main;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/** Starts the framework that Felix' configuration files and system properties describe, and ends the JVM with it. */
public final class Launcher {

    /** System property: where state, store, configurations, log and bundle cache are. */
    static final String HOME = "ermine.home";

    /**
     * System property: a file that is there while it is not known whether the JVM dies of its archive of classes; may
     * be absent.
     */
    static final String TRIAL = "ermine.archive.trial";

    /** System property: the process that waits for this one to give back the terminal; absent if none does. */
    static final String SCRIPT = "ermine.script";

    /** System property: the exit code, set by whoever stops the framework; absent if that is 0. */
    static final String EXIT_CODE = "ermine.exit.code";

    private static final int FAILED = 1;
    /** As a shell calls the end by SIGTERM. */
    private static final int TERMINATED = 143;

    private Launcher() {}

    /** Whatever goes wrong is said, and ends the JVM: the framework may have left threads that would keep it. */
    public static void main(String[] arguments) {
        int code = FAILED;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(Launcher::endTrial, "ermine-trial"));
            Framework framework = new KeptBundles(configuration(), record()).open();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework), "ermine-shutdown"));
            endWithScript();
            framework.start();
            endTrial();
            run(framework);
            code = Integer.getInteger(EXIT_CODE, 0);
        } catch (Throwable e) {
            tell(e);
        } finally {
            System.exit(code);
        }
    }

    /** In words, as there is no log yet; of what nobody foresaw also the place. */
    private static void tell(Throwable problem) {
        boolean foreseen = problem instanceof IOException || problem instanceof BundleException;
        System.err.println("ermine: the framework does not start: "
                + (problem.getMessage() == null ? problem.toString() : problem.getMessage()));
        for (Throwable cause = problem.getCause(); cause != null; cause = cause.getCause()) {
            System.err.println("ermine: because of " + cause);
        }
        if (!foreseen && problem.getStackTrace().length > 0) {
            System.err.println("ermine: " + problem.getClass().getName() + " at " + problem.getStackTrace()[0]);
        }
    }

    private static Map<String, String> configuration() throws IOException {
        Main.loadSystemProperties();
        Map<String, String> configuration = Main.loadConfigProperties();
        if (configuration == null) {
            throw new IOException("no configuration can be read where the system property "
                    + Main.CONFIG_PROPERTIES_PROP + " says: " + System.getProperty(Main.CONFIG_PROPERTIES_PROP));
        }
        Main.copySystemProperties(configuration);
        return configuration;
    }

    /** Nobody else would end a JVM that has lost its script, and with it perhaps its terminal. */
    private static void endWithScript() {
        Long script = Long.getLong(SCRIPT);
        if (script != null) {
            ProcessHandle.of(script)
                    .map(ProcessHandle::onExit)
                    .orElseGet(() -> CompletableFuture.completedFuture(null))
                    .thenRun(() -> System.exit(TERMINATED));
        }
    }

    private static Path record() throws IOException {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new IOException(
                    "the system property " + HOME + ", the folder for the bundle cache and all else, is not set");
        }
        return Path.of(home).resolve("cache.record");
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
