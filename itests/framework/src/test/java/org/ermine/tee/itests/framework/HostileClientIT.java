// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** A bundle that wants what it may not have, and what others have. */
class HostileClientIT {

    private static final String PID = ErmineBundles.PERMISSIONS;
    private static final String HOSTILE = "org.ermine.tee.itests.HostileClient";

    @TempDir
    private Path storage;

    @AutoClose
    private EmbeddedFelix felix;

    @BeforeEach
    void start() throws Exception {
        felix = EmbeddedFelix.start(storage);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
        for (Bundle bundle : felix.install(ErmineBundles.PERMISSIONS_PATH)) {
            bundle.start();
        }
        felix.install(WorkingClient.bundle()).start();
        Await.none("an honest client works", () -> call("(!(hostile=true))"));
        felix.install(HostileClient.bundle()).start();
    }

    private String call(String filter) {
        try {
            ServiceReference<?> service = felix.context()
                    .getServiceReferences(Callable.class, filter)
                    .iterator()
                    .next();
            return String.valueOf(((Callable<?>) felix.context().getService(service)).call());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("ERM-16: a bundle gets no more than it may, and nothing of others, by whatever the API offers")
    void aHostileBundleGetsNothing() throws Exception {
        felix.configure(
                PID, Map.of("services", "org.ermine.tee.supplicant: *; *WorkingClient: 143; " + HOSTILE + ": 143"));
        Await.none("the hostile client gains nothing", this::gains);
        assertEquals("", call("(!(hostile=true))"), "the honest client works as before");
    }

    @Test
    @DisplayName(
            "ERM-16: given a bundle that the operator lets speak for others, then it registers as whom it says, as "
                    + "long as"
                    + " he lets it")
    void whoMaySpeakForOthersDoes() throws Exception {
        String services = "org.ermine.tee.supplicant: *; *WorkingClient: 143; " + HOSTILE + ": 143";
        felix.configure(PID, Map.of("services", services, "identities", HOSTILE + ": qtee-emulator"));
        Await.none("it registers as another", () -> {
            String gains = gains();
            return gains.contains("a CBOR map of its own: nobody refused it") ? "" : "gains: " + gains;
        });
        felix.configure(PID, Map.of("services", services));
        Await.none("the hostile client gains nothing", this::gains);
    }

    @Test
    @DisplayName("ERM-16: the log tells of a bundle that is refused once, however often it tries")
    void refusalsAreLoggedOnce() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            felix.configure(PID, Map.of("devices", "org.ermine.tee.supplicant: *"));
            felix.awaitTold();
            Await.none("the device is refused", () -> isRefused() ? "" : "it is not");
            for (int i = 0; i < 100; i++) {
                assertTrue(isRefused());
            }
            List<String> told = log.warnings().stream()
                    .filter(line -> line.contains(HOSTILE + " 0.0.0") && line.contains("may not open device"))
                    .toList();
            assertEquals(1, told.size(), told.toString());
        }
    }

    /** Contexts with more than the new rules permit are closed, also while the client is at it. */
    private String gains() {
        try {
            return call("(hostile=true)");
        } catch (AssertionError e) {
            return e.toString();
        }
    }

    private boolean isRefused() {
        try {
            call("(hostile=true)");
            return false;
        } catch (AssertionError e) {
            return String.valueOf(e.getCause()).contains(HOSTILE + " 0.0.0")
                    && String.valueOf(e.getCause())
                            .contains("may not open device qtee-emulator: no rule of option devices");
        }
    }
}
