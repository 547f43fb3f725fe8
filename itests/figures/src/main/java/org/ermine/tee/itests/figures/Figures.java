// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.SealedStorage;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/**
 * Measures once a device is there, prints rows of a table, and stops the framework. What is measured stands in the
 * framework property {@value #WHAT}: {@code start}, {@code throughput}, {@code cold}, {@code operations}, {@code
 * chance} or {@code growth}.
 */
@Component
public final class Figures {

    static final String WHAT = "ermine.figures";

    /** Megabytes of the file to be sealed. */
    static final String SIZE = "ermine.figures.mib";

    /** What is done first in a JVM. */
    static final String COLD = "ermine.figures.cold";

    /** How many objects there are while an operation is measured: numbers with commas. */
    static final String POPULATIONS = "ermine.figures.populations";

    /** How many operations have to succeed. */
    static final String OPERATIONS = "ermine.figures.operations";

    /** How often the file is sealed and unsealed. */
    static final String ROUNDS = "ermine.figures.rounds";

    private final BundleContext context;
    private final TeeDevice device;
    private final TeeRuntime runtime;
    private final SealedStorage storage;
    private final Thread thread;

    @Activate
    public Figures(
            BundleContext context,
            @Reference TeeDevice device,
            @Reference TeeRuntime runtime,
            @Reference(scope = ReferenceScope.BUNDLE) SealedStorage storage) {
        this.context = context;
        this.device = device;
        this.runtime = runtime;
        this.storage = storage;
        if ("start".equals(context.getProperty(WHAT))) {
            System.out.printf(
                    "device ready after %d ms%n",
                    System.currentTimeMillis()
                            - ManagementFactory.getRuntimeMXBean().getStartTime());
        }
        thread = new Thread(this::run, "ermine-figures");
        thread.start();
    }

    @Deactivate
    void deactivate() {
        thread.interrupt();
    }

    private void run() {
        try {
            switch (String.valueOf(context.getProperty(WHAT))) {
                case "throughput" ->
                    new Throughput(storage, Path.of("."), Long.getLong(SIZE, 1024) << 20, Integer.getInteger(ROUNDS, 7))
                            .measure();
                case "cold" ->
                    new Cold(storage, Path.of("."), Long.getLong(SIZE, 1024) << 20).measure(System.getProperty(COLD));
                case "operations" -> new Operations(storage, runtime, Path.of(".")).measure(populations());
                case "chance" -> new Chance(storage, Integer.getInteger(OPERATIONS, 1_000_000)).measure();
                case "growth" -> new Growth(device, runtime).measure();
                default -> {
                    // The start was reported.
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
        } finally {
            stopFramework();
        }
    }

    private static List<Integer> populations() {
        return Arrays.stream(System.getProperty(POPULATIONS, "10,1000,10000").split(","))
                .map(Integer::valueOf)
                .toList();
    }

    private void stopFramework() {
        try {
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        }
    }
}
