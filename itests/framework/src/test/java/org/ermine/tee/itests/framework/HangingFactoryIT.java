// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** A bundle that keeps whoever gets its services or gives them back, and an innocent one beside it. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HangingFactoryIT {

    private static final String NEIGHBOUR = "org.ermine.tee.itests.Neighbour: *";

    @TempDir
    private Path storage;

    private final CountDownLatch end = new CountDownLatch(1);
    private EmbeddedFelix felix;

    @BeforeEach
    void start() throws Exception {
        felix = EmbeddedFelix.start(storage);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        felix.close();
    }

    private void startHanging(String where) throws Exception {
        felix.context().registerService(CountDownLatch.class, end, FrameworkUtil.asDictionary(Map.of("hangs", where)));
        felix.install(HangingFactory.bundle()).start();
    }

    private void startOthers() throws Exception {
        for (Bundle bundle : felix.install(ErmineBundles.PERMISSIONS_PATH)) {
            bundle.start();
        }
        felix.install(Neighbour.bundle()).start();
        awaitNeighbour();
    }

    private void awaitNeighbour() {
        Await.none("the neighbour works", this::objection);
    }

    private Object objection() {
        try {
            felix.service(IntFunction.class).apply(1);
            return "";
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-22: given a bundle that does not return its service objects, when the others start after it, "
                    + "then they do,"
                    + " and a neighbour's handlers and trusted code serve")
    void getting() throws Exception {
        startHanging(HangingFactory.GETTING);
        startOthers();
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-22: given a bundle that does not return where its service objects are given back, when an "
                    + "operator takes"
                    + " rights away, then a neighbour loses them too, and works again when they are given back")
    void givingBack() throws Exception {
        startOthers();
        startHanging(HangingFactory.GIVING_BACK);

        felix.configure(
                ErmineBundles.PERMISSIONS,
                Map.of(
                        "devices", "org.ermine.tee.supplicant: *",
                        "listeners", NEIGHBOUR,
                        "callbacks", NEIGHBOUR,
                        "trusted", NEIGHBOUR));
        Await.none(
                "the neighbour is refused",
                () -> objection().toString().contains("may not open device") ? "" : objection());

        felix.configure(
                ErmineBundles.PERMISSIONS,
                Map.of("listeners", NEIGHBOUR, "callbacks", NEIGHBOUR, "trusted", NEIGHBOUR));
        awaitNeighbour();
    }
}
