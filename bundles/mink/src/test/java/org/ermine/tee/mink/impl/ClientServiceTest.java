// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.ermine.tee.fakes.Fake;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;

/** One service for clients that comes, changes and goes. */
class ClientServiceTest {

    private static final Map<String, String> FIRST = Map.of("name", "first");
    private static final Map<String, String> SECOND = Map.of("name", "second");

    private final List<String> events = new ArrayList<>();
    private boolean unregistered;
    private boolean servesMore;
    private final ClientService service = new ClientService(this::register, () -> servesMore);

    private ServiceRegistration<?> register(Dictionary<String, ?> properties) {
        events.add("register " + properties.get("name"));
        return Fake.of(ServiceRegistration.class, (self, method, arguments) -> {
            if (method.getName().equals("toString")) {
                return "registration";
            }
            if (unregistered) {
                throw new IllegalStateException("already unregistered");
            }
            events.add(
                    arguments == null
                            ? method.getName()
                            : "change to " + ((Dictionary<?, ?>) arguments[0]).get("name"));
            return null;
        });
    }

    @Test
    @DisplayName("given a service, when it is published, changed and ended, then each is done once")
    void comesAndGoes() {
        service.publish(FIRST);
        service.publish(FIRST);
        service.update(SECOND);
        service.end();

        assertEquals(List.of("register first", "change to second", "unregister"), events);
    }

    @Test
    @DisplayName("given a service that was never published, when it is changed and ended, then nobody is told of it")
    void nothingEndsThatNeverCame() {
        servesMore = true;
        assertFalse(service.isToBeRenewed());
        service.update(SECOND);
        service.end();

        assertEquals(List.of(), events);
    }

    @Test
    @DisplayName("given a service that is published, then it is to be renewed as soon as it serves more bundles")
    void isRenewedForMore() {
        service.publish(FIRST);
        assertFalse(service.isToBeRenewed());
        servesMore = true;
        assertTrue(service.isToBeRenewed());
    }

    @Test
    @DisplayName("given a framework that has unregistered the service already, then its change and its end pass")
    void frameworkWasFaster() {
        service.publish(FIRST);
        unregistered = true;
        service.update(SECOND);
        service.end();

        assertEquals(List.of("register first"), events);
    }
}
