// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** One policy decides what bundles may do for all parts of Ermine: core, the supplicant and the emulated TEE. */
class PermissionsServiceIT {

    @TempDir
    private Path storage;

    @AutoClose
    private EmbeddedFelix felix;

    @BeforeEach
    void start() throws Exception {
        felix = EmbeddedFelix.start(storage);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
        for (Bundle bundle : felix.install(ErmineBundles.PATH)) {
            bundle.start();
        }
        felix.install(WorkingClient.bundle()).start();
        Await.none("a client works", () -> call("(!(asked=true))"));
    }

    @Test
    @DisplayName(
            "ERM-16: given permissions with a higher ranking, then all parts of Ermine obey them, as long as they are "
                    + "there")
    void allPartsObeyTheSamePermissions() throws Exception {
        Bundle other = felix.install(OtherPermissions.bundle());
        other.start();
        felix.install("org.ermine.tee.supplicant.time").start();
        felix.install(ErmineBundles.TA).start();

        Await.none("a client is refused", () -> {
            String heard = call("(!(asked=true))");
            return heard.contains("another bundle refuses it") ? "" : heard;
        });
        Await.none("who asks the other permissions", () -> {
            String asked = call("(asked=true)");
            return asked.equals("DEVICE LISTENER TRUSTED") ? "" : asked;
        });
        other.uninstall();
        Await.none("a client works again", () -> call("(!(asked=true))"));
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
}
