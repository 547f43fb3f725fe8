// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.ermine.tee.demo.impl.Steps.UnexpectedException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.util.tracker.ServiceTracker;

/** The framework: its services, its bundles, its shell. Every wait is bounded. */
final class Platform {

    private static final long LIMIT_SECONDS = 30;

    /** All bundles of Ermine. */
    private static final String ERMINE = "org.ermine.tee";

    private final BundleContext bundleContext;

    Platform(BundleContext bundleContext) {
        this.bundleContext = bundleContext;
    }

    /** Waits for a service. It is given back when the framework ends. */
    <S> S service(Class<S> type) throws UnexpectedException, InterruptedException {
        ServiceTracker<S, S> tracker = new ServiceTracker<>(bundleContext, type, null);
        tracker.open();
        S service = tracker.waitForService(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        if (service == null) {
            tracker.close();
            throw new UnexpectedException("no " + type.getSimpleName() + " service within " + LIMIT_SECONDS + " s");
        }
        return service;
    }

    /** Runs a command line in the shell and returns what it prints. */
    String shell(String commandLine) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        CommandProcessor shell = service(CommandProcessor.class);
        try (CommandSession session = shell.createSession(new ByteArrayInputStream(new byte[0]), printed, printed)) {
            session.execute(commandLine);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Updates a bundle from where it was installed from, and lets the framework forget its former classes. */
    void update(String symbolicName) throws UnexpectedException, InterruptedException, BundleException, IOException {
        Bundle bundle = ermine(symbolicName::equals).stream()
                .findFirst()
                .orElseThrow(() -> new UnexpectedException("no bundle " + symbolicName));
        long before = bundle.getLastModified();
        try (InputStream jar = URI.create(bundle.getLocation()).toURL().openStream()) {
            bundle.update(jar);
        }
        refresh(bundle);
        if (bundle.getState() != Bundle.ACTIVE || bundle.getLastModified() <= before) {
            throw new UnexpectedException(symbolicName + " is not active after its update");
        }
    }

    /** Stops the bundles of Ermine whose symbolic names match, the one installed last first. */
    void stop(Predicate<String> symbolicName) throws BundleException {
        List<Bundle> bundles = ermine(symbolicName);
        for (int i = bundles.size() - 1; i >= 0; i--) {
            bundles.get(i).stop(Bundle.STOP_TRANSIENT);
        }
    }

    private void refresh(Bundle bundle) throws InterruptedException, UnexpectedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        bundleContext.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(Set.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        if (!refreshed.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new UnexpectedException("the framework did not refresh within " + LIMIT_SECONDS + " s");
        }
    }

    /** The bundles of Ermine, but this, whose symbolic names match. */
    private List<Bundle> ermine(Predicate<String> symbolicName) {
        return Arrays.stream(bundleContext.getBundles())
                .filter(bundle -> bundle.getSymbolicName() != null
                        && bundle.getSymbolicName().startsWith(ERMINE))
                .filter(bundle -> !bundle.equals(bundleContext.getBundle()))
                .filter(bundle -> symbolicName.test(bundle.getSymbolicName()))
                .toList();
    }
}
