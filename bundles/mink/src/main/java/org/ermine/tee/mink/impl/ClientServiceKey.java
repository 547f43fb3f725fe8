// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.trusted.OpenableService;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * What a service for clients stands for. Immutable.
 *
 * @param device the contexts in which it is opened
 * @param openable without a {@linkplain #faultOf fault}; null for the device's client environment
 */
record ClientServiceKey(ServiceReference<TeeContext> device, ServiceReference<OpenableService> openable) {

    private static final List<String> OF_DEVICE =
            List.of(TeeDevice.DEVICE_NAME, TeeDevice.IMPLEMENTATION, TeeDevice.DEVELOPMENT, Constants.SERVICE_RANKING);

    private static final List<String> OF_OPENABLE = List.of(TrustedService.UID, TrustedApplication.NAME);

    /** The client environment of a device. */
    static ClientServiceKey of(ServiceReference<TeeContext> device) {
        return new ClientServiceKey(device, null);
    }

    /** Returns why the properties do not say what can be opened, or null if they do. */
    static String faultOf(ServiceReference<OpenableService> openable) {
        Object uid = openable.getProperty(TrustedService.UID);
        Object name = openable.getProperty(TrustedApplication.NAME);
        if (uid != null) {
            return uid instanceof Integer
                    ? null
                    : "its " + TrustedService.UID + " is a " + uid.getClass().getName() + ", not an Integer";
        }
        if (name == null) {
            return "it has neither " + TrustedService.UID + " nor " + TrustedApplication.NAME;
        }
        return name instanceof String text && !text.isEmpty()
                ? null
                : "its " + TrustedApplication.NAME + " is no String, or empty";
    }

    /** Whether the openable service is on this device. */
    boolean isOfOneDevice() {
        return openable == null
                || Objects.equals(
                        device.getProperty(TeeDevice.DEVICE_NAME), openable.getProperty(TeeDevice.DEVICE_NAME));
    }

    /** Returns the properties of the device, and the name of what can be opened. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        copy(OF_DEVICE, device, properties);
        if (openable != null) {
            copy(OF_OPENABLE, openable, properties);
        }
        return properties;
    }

    private static void copy(List<String> names, ServiceReference<?> from, Map<String, Object> to) {
        for (String name : names) {
            Object value = from.getProperty(name);
            if (value != null) {
                to.put(name, value);
            }
        }
    }

    /** Returns how it is opened. */
    ClientOpening<?> opening() {
        if (openable == null) {
            return ClientOpening.environment(device.getProperty(TeeDevice.DEVICE_NAME));
        }
        return openable.getProperty(TrustedService.UID) instanceof Integer uid
                ? ClientOpening.service(uid)
                : ClientOpening.application((String) openable.getProperty(TrustedApplication.NAME));
    }

    /** Names it in texts. */
    @Override
    public String toString() {
        return openable == null ? "the client environment of " + device : openable + " on " + device;
    }
}
