// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** A Felix with Ermine, the Web Console and the live page in it, at a port of its own. */
final class PageServer implements AutoCloseable {

    static final String USER = "admin";

    /** So many requests are processed at once. */
    static final int WORKERS = 3;

    private static final String ENDPOINT = "osgi.http.endpoint";
    private static final String SERVING =
            "(&(objectClass=org.osgi.service.servlet.runtime.HttpServiceRuntime)(" + ENDPOINT + "=*))";
    private static final String DEVICE = "(&(objectClass=org.ermine.tee.TeeDevice)(tee.servesCallbacks=true))";
    private static final String PLUGIN = "(&(objectClass=*.Servlet)(felix.webconsole.label=ermine))";

    private final EmbeddedFelix felix;
    private final URI endpoint;

    private PageServer(EmbeddedFelix felix) {
        this.felix = felix;
        endpoint = awaitEndpoint();
    }

    /** Starts all bundles of this build. */
    static PageServer start(Path storage) throws Exception {
        EmbeddedFelix felix = EmbeddedFelix.start(storage);
        felix.configure("org.ermine.tee.supplicant", Map.of("workers", WORKERS, "maxThreads", WORKERS));
        for (String name : bundleNames()) {
            felix.install(name);
        }
        for (Bundle bundle : felix.context().getBundles()) {
            if (bundle.getState() != Bundle.ACTIVE && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        PageServer server = new PageServer(felix);
        server.awaitDevice();
        return server;
    }

    /** Waits for a device whose TEE can call back. */
    void awaitDevice() {
        Await.none("the device", () -> references(DEVICE).isEmpty() ? "is missing" : "");
    }

    private static List<String> bundleNames() {
        String[] files = new File(System.getProperty("ermine.bundles")).list((folder, name) -> name.endsWith(".jar"));
        return Arrays.stream(files)
                .map(name -> name.substring(0, name.length() - ".jar".length()))
                .toList();
    }

    EmbeddedFelix felix() {
        return felix;
    }

    /** Where the console is. */
    URI console() {
        return endpoint.resolve("/system/console/");
    }

    private URI awaitEndpoint() {
        Await.none("the page in the console", () -> references(PLUGIN).isEmpty() ? "is missing" : "");
        Await.none("the port of the console", () -> references(SERVING).isEmpty() ? "is missing" : "");
        String[] endpoints = (String[]) references(SERVING).get(0).getProperty(ENDPOINT);
        return URI.create(endpoints[0]);
    }

    List<ServiceReference<?>> references(String filter) {
        try {
            ServiceReference<?>[] found = felix.context().getAllServiceReferences(null, filter);
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Starts a bundle that does what it is told. */
    Bundle cast(String symbolicName, String version) throws BundleException {
        Bundle actor = felix.install(PageActor.bundle(symbolicName, version));
        actor.start();
        return actor;
    }

    @SuppressWarnings("unchecked")
    void tell(Bundle actor, String line) {
        ServiceReference<?> reference = references("(actor=" + actor.getSymbolicName() + ")").stream()
                .filter(each -> actor.equals(each.getBundle()))
                .findFirst()
                .orElseThrow();
        ((UnaryOperator<String>) felix.context().getService(reference)).apply(line);
    }

    @Override
    public void close() throws BundleException {
        felix.close();
    }
}
