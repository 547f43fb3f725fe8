// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.example.SumClient;
import org.example.SumService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** What clients open as services: whose it is, who may have it, and when it ends. */
class ClientServicesIT {

    private static final String CLIENT = SumClient.class.getName();
    private static final String RULES = "org.ermine.tee.permissions";

    @TempDir
    private Path storage;

    @AutoClose
    private EmbeddedFelix felix;

    @BeforeEach
    void start() throws Exception {
        felix = EmbeddedFelix.start(storage);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK)).get(1).start();
        for (Bundle bundle : felix.install(ErmineBundles.PERMISSIONS_PATH)) {
            bundle.start();
        }
    }

    private void startExamples() throws Exception {
        for (ExampleBundle example : ExampleBundle.of(SumService.class, SumClient.class)) {
            example.install(felix.context()).start();
        }
    }

    @Test
    @DisplayName("ERM-16: given a client without the right to a service, when it is given the right, then it has it")
    void rightsAreTheClients() throws Exception {
        felix.configure(RULES, Map.of("services", "org.ermine.tee.*: *"));
        felix.awaitTold();
        startExamples();
        felix.awaitService("org.ermine.tee.TeeObject");
        assertNull(felix.serviceOfBundles(CLIENT), "a client that has what it may not");
        felix.configure(RULES, Map.of("services", "org.ermine.tee.*: *; " + CLIENT + ": 5000"));
        Await.none("the client works", () -> felix.serviceOfBundles(CLIENT) == null ? "it is missing" : "");
    }

    @Test
    @DisplayName(
            "given two clients of one trusted service, when one stops, then the other goes on, and nothing is left")
    void eachHasItsOwn() throws Exception {
        startExamples();
        Bundle one = startClient("one");
        Bundle other = startClient("other");
        Bundle observer = startClient("observer");
        Await.none("both work", () -> work(one) + work(other));
        assertTrue(owners(observer).contains("one 1.0.0"), owners(observer));
        one.stop();
        assertFalse(owners(observer).contains("one 1.0.0"), owners(observer));
        assertEquals("", work(other));
        other.stop();
        assertFalse(owners(observer).contains("other 1.0.0"), owners(observer));
    }

    private Bundle startClient(String name) throws Exception {
        Bundle client = felix.install(ServiceClient.bundle(name));
        client.start();
        return client;
    }

    private static String work(Bundle client) {
        try {
            return (String) service(client, Callable.class).call();
        } catch (Exception e) {
            return e.toString();
        }
    }

    private static String owners(Bundle client) throws Exception {
        return (String) service(client, Supplier.class).get();
    }

    private static <T> T service(Bundle client, Class<T> type) throws Exception {
        return client.getBundleContext()
                .getService(client.getBundleContext()
                        .getServiceReferences(type, "(of=" + client.getSymbolicName() + ")")
                        .iterator()
                        .next());
    }
}
