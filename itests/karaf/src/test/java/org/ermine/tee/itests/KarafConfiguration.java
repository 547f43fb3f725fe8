// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationListener;

/**
 * Configuration files of Karaf, and an operator who changes them one after the other. Karaf saves each file that it has
 * taken over once more, when components have the options or even later, and believes then that it knows the file: what
 * somebody writes meanwhile is lost, and is never looked at.
 */
final class KarafConfiguration implements AutoCloseable {

    private final Path etc;
    private final InContainer container;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final ServiceRegistration<?> registration;

    /** Knows of what Karaf takes over from now on. */
    KarafConfiguration(BundleContext context, InContainer container) {
        this.etc = Path.of(System.getProperty("karaf.etc"));
        this.container = container;
        ConfigurationListener listener = event -> told.add(event.getPid());
        registration = context.registerService(ConfigurationListener.class, listener, null);
    }

    /**
     * Writes a file, when Karaf is done with what was in it. Whoever calls waits for the effect before he writes it
     * again.
     */
    void write(String pid, String line) throws Exception {
        Path file = etc.resolve(pid + ".cfg");
        if (Files.exists(file)) {
            awaitTakenOver(pid);
        }
        told.remove(pid);
        Files.writeString(file, line + "\n");
    }

    /** Waits until Karaf has read the file, which it does not before it has seen it twice, and has saved it. */
    void awaitTakenOver(String pid) throws Exception {
        InContainer.await("the file of " + pid + " is read", () -> told.contains(pid));
        container.awaitTold();
    }

    @Override
    public void close() {
        registration.unregister();
    }
}
