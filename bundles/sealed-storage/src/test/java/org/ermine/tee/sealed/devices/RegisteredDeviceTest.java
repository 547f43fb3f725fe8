// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Bundles that stop and start again. As in a framework, each start has a context of its own, which ends with it. */
class RegisteredDeviceTest {

    private final TeeDevice device = Fake.of(TeeDevice.class, (proxy, method, arguments) -> null);
    private final RegisteredDevice registered = new RegisteredDevice(null);
    /** Null while the bundle is stopped. */
    private Start present = new Start();

    private final Bundle bundle = Fake.of(Bundle.class, (proxy, method, arguments) -> switch (method.getName()) {
        case "getBundleContext" -> present == null ? null : present.context;
        case "toString" -> "bundle";
        default -> throw Fake.unsupported(method);
    });

    /** A start of the bundle, and how often it uses the device. */
    private final class Start {

        private final AtomicInteger uses = new AtomicInteger();
        private final BundleContext context = Fake.of(BundleContext.class, (proxy, method, arguments) -> {
            if (present != this) {
                throw new IllegalStateException("invalid bundle context");
            }
            return switch (method.getName()) {
                case "getService" -> {
                    uses.incrementAndGet();
                    yield device;
                }
                case "ungetService" -> uses.getAndDecrement() > 0;
                default -> throw Fake.unsupported(method);
            };
        });
    }

    @Test
    void givenAUseThatIsGivenBackThenItEndsAndNoOther() throws Exception {
        DeviceService.Use first = registered.of(bundle);
        DeviceService.Use second = registered.of(bundle);
        assertSame(device, first.device());
        first.giveBack();
        assertEquals(1, present.uses.get());
        second.giveBack();
        assertEquals(0, present.uses.get());
    }

    @Test
    @DisplayName(
            "ERM-26: given a connection from before a bundle was started again, when it is closed late, then what the"
                    + " bundle has of"
                    + " the device since is not taken from it")
    void lateAfterARestart() throws Exception {
        DeviceService.Use before = registered.of(bundle);
        present = new Start();
        DeviceService.Use since = registered.of(bundle);
        before.giveBack();
        assertEquals(1, present.uses.get());
        since.giveBack();
        assertEquals(0, present.uses.get());
    }

    @Test
    void givenABundleThatHasStoppedThenItGetsNoDeviceAndHasNothingToGiveBack() throws Exception {
        DeviceService.Use before = registered.of(bundle);
        present = null;
        before.giveBack();
        SealedStorageException refused = assertThrows(SealedStorageException.class, () -> registered.of(bundle));
        assertEquals(Reason.CLOSED, refused.reason());
    }
}
