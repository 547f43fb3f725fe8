// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeObject;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.OpenableService;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** What a service for clients stands for, by the properties of what it is made of. */
class ClientServiceKeyTest {

    private final ServiceReference<TeeContext> device = reference(Map.of(
            TeeDevice.DEVICE_NAME, "qtee", Constants.SERVICE_RANKING, 7, "service.id", 12L, "internal", "not told"));

    @SuppressWarnings("unchecked")
    private static <S> ServiceReference<S> reference(Map<String, Object> properties) {
        return Fake.of(ServiceReference.class, (self, method, arguments) -> {
            if (!method.getName().equals("getProperty")) {
                throw Fake.unsupported(method);
            }
            return properties.get(arguments[0]);
        });
    }

    private ClientServiceKey key(String deviceName, String property, Object value) {
        Map<String, Object> properties = new HashMap<>(Map.of(property, value, "bundle's own", "not told"));
        properties.put(TeeDevice.DEVICE_NAME, deviceName);
        ServiceReference<OpenableService> openable = reference(properties);
        return new ClientServiceKey(device, openable);
    }

    @Test
    @DisplayName("given a device, then its environment has those of its properties that clients select by")
    void environment() {
        ClientServiceKey key = ClientServiceKey.of(device);

        assertEquals(Map.of(TeeDevice.DEVICE_NAME, "qtee", Constants.SERVICE_RANKING, 7), key.properties());
        assertTrue(key.isOfOneDevice());
        assertEquals("the client environment of qtee", key.opening().name());
        assertEquals(ClientEnv.class, key.opening().type());
    }

    @Test
    @DisplayName(
            "given a trusted service, then it has its device's properties and its number, which is unsigned in texts")
    void service() {
        ClientServiceKey key = key("qtee", TrustedService.UID, -1);

        assertEquals(
                Map.of(TeeDevice.DEVICE_NAME, "qtee", Constants.SERVICE_RANKING, 7, TrustedService.UID, -1),
                key.properties());
        assertEquals("trusted service 4294967295", key.opening().name());
        assertEquals(TeeObject.class, key.opening().type());
    }

    @Test
    @DisplayName("given a trusted application, then it has its device's properties and its name")
    void application() {
        ClientServiceKey key = key("qtee", TrustedApplication.NAME, "keys");

        assertEquals(
                Map.of(TeeDevice.DEVICE_NAME, "qtee", Constants.SERVICE_RANKING, 7, TrustedApplication.NAME, "keys"),
                key.properties());
        assertEquals("trusted application keys", key.opening().name());
    }

    @Test
    @DisplayName("given an openable service of another device, then the two do not make a service for clients")
    void ofAnotherDevice() {
        assertTrue(key("qtee", TrustedService.UID, 5).isOfOneDevice());
        assertFalse(key("other", TrustedService.UID, 5).isOfOneDevice());
    }
}
