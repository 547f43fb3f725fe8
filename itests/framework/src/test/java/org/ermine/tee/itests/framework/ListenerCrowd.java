// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A bundle that serves a listener. Its version says which: the micro part is the number of the listener. Number 0 also
 * offers a {@link Callable} that tells how many listeners the TEE knows, how many it does not, and why.
 */
public final class ListenerCrowd implements BundleActivator {

    private static final int FIRST_ID = 0x5000;

    static TestBundle bundle(int number) {
        return new TestBundle(
                        ListenerCrowd.class,
                        "org.ermine.tee.supplicant",
                        "org.ermine.tee.runtime",
                        "org.osgi.dto;version=1.0")
                .as("org.ermine.tee.itests.ListenerCrowd", "1.0." + number);
    }

    @Override
    public void start(BundleContext context) {
        int number = context.getBundle().getVersion().getMicro();
        ListenerHandler handler = message -> {};
        context.registerService(
                ListenerHandler.class,
                handler,
                FrameworkUtil.asDictionary(
                        Map.of(ListenerHandler.ID, FIRST_ID + number, ListenerHandler.BUFFER_SIZE, 4096)));
        if (number == 0) {
            TeeRuntime runtime = context.getService(context.getServiceReference(TeeRuntime.class));
            Callable<String> state = () -> state(runtime.snapshot());
            context.registerService(Callable.class, state, FrameworkUtil.asDictionary(Map.of("crowd", true)));
        }
    }

    /** What is registered goes back to the framework. */
    @Override
    public void stop(BundleContext context) {}

    private static String state(RuntimeDTO runtime) {
        long known = Arrays.stream(runtime.handlers)
                .filter(handler -> handler.devices != null && handler.devices.length > 0)
                .count();
        TreeSet<String> reasons = Arrays.stream(runtime.failedHandlers)
                .map(failed -> failed.reason)
                .collect(Collectors.toCollection(TreeSet::new));
        return known + " known, " + runtime.failedHandlers.length + " not: " + reasons;
    }
}
