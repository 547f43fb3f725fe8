// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.FakeDriver;
import org.ermine.tee.core.fakes.FakeFramework;
import org.ermine.tee.core.fakes.FakeMemory;
import org.ermine.tee.core.fakes.FakeWorkers;
import org.ermine.tee.core.fakes.TestOptions;
import org.ermine.tee.fakes.FakePermissions;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;

/** Who a client is, is what core made of its bundle: two bundles, two contexts of each. */
@Timeout(30)
class IdentityTest {

    private static final int REGISTER = 2;

    private final FakeFramework framework = new FakeFramework();
    private final FakePermissions permissions = new FakePermissions();
    private final DeviceRegistry registry =
            new DeviceRegistry(framework.context, new FakeMemory(), permissions, TestOptions.waiting(5000));
    private final FakeDriver driver = new FakeDriver();
    private final Map<String, Object> properties =
            new HashMap<>(Map.of("service.id", 1L, TeeDevice.DEVICE_NAME, "tee0"));
    private final Bundle client = FakeFramework.bundle(33, "com.example.client");
    private final Bundle victim = FakeFramework.bundle(34, "com.example.victim");
    private final FakeWorkers workers = new FakeWorkers();

    @BeforeEach
    void start() {
        registry.bindWorkers(workers);
        registry.bindDriver(driver, properties);
        permissions.forbid(Right.IDENTITY, "tee0");
    }

    @AfterEach
    void stop() {
        registry.unbindDriver(driver, properties);
        registry.unbindWorkers(workers);
    }

    /** A context whose backend asks core who registers, as that of QTEE does. */
    private TeeContext open(Bundle bundle) {
        TeeContext context = framework.service(TeeContext.class).get(bundle, TeeContext.class);
        FakeContext backend = driver.last();
        backend.invocation = (object, op, params) -> {
            backend.host.requireIdentity(params.get(0).objectId());
            return 0;
        };
        return context;
    }

    private static void register(TeeContext context, CallbackObject credentials) throws TeeException {
        context.root().invoke(REGISTER, new Arguments().in(credentials));
    }

    private static void assertRefused(TeeContext context, CallbackObject credentials) {
        TeeException refused = assertThrows(TeeException.class, () -> register(context, credentials));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
        assertFalse(context.isClosed());
    }

    @Test
    @DisplayName("ERM-16: given the credentials that core made for a bundle, then its contexts register with them")
    void ownCredentialsAreTaken() {
        TeeContext one = open(client);
        TeeContext another = open(client);

        assertDoesNotThrow(() -> register(one, one.credentials()));
        assertDoesNotThrow(() -> register(another, one.credentials()), "they tell the same of both");
    }

    @Test
    @DisplayName(
            "ERM-16: given what a client brings itself, what it wraps, or what core made for another bundle, then none"
                    + " registers with it")
    void otherCredentialsAreRefused() {
        TeeContext context = open(client);
        CallbackObject own = context.credentials();

        assertRefused(context, (op, arguments) -> {});
        assertRefused(context, own::dispatch);
        assertRefused(context, open(victim).credentials());
        assertRefused(context, null);
        TeeException refused = assertThrows(
                TeeException.class, () -> driver.contexts.get(0).host.requireIdentity(DriverContext.NULL));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
    }

    @Test
    @DisplayName(
            "ERM-16: given a bundle that may speak for others, then it registers with what it brings, until it may "
                    + "not any"
                    + " more")
    void aBundleThatMaySpeaksForOthers() throws TeeException {
        permissions.allow(Right.IDENTITY, "tee0");
        TeeContext bridge = open(client);
        TeeContext asItself = open(client);
        register(asItself, asItself.credentials());
        register(bridge, (op, arguments) -> {});

        permissions.forbid(Right.IDENTITY, "tee0");
        assertTrue(bridge.isClosed(), "what it did is not permitted any more");
        assertFalse(asItself.isClosed(), "it registered as itself");
    }

    @Test
    @DisplayName("ERM-16: given the right is withdrawn while a client registers for others, then it is refused")
    void aRightThatIsWithdrawnMeanwhileIsNone() {
        permissions.allow(Right.IDENTITY, "tee0");
        TeeContext bridge = open(client);
        permissions.onQuestion = () -> {
            permissions.onQuestion = () -> {};
            permissions.forbid(Right.IDENTITY, "tee0");
        };

        assertThrows(TeeException.class, () -> register(bridge, (op, arguments) -> {}));
    }
}
