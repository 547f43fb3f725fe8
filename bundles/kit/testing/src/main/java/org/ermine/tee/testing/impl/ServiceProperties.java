// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeCallback;
import org.ermine.tee.supplicant.TeeListener;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;

/** The service properties that a class declares with Ermine's component property types. */
public final class ServiceProperties {

    private ServiceProperties() {}

    /** @param given come on top of what the class declares */
    public static Map<String, Object> of(Class<?> type, Map<String, ?> given) {
        Map<String, Object> properties = new HashMap<>();
        TeeListener listener = type.getAnnotation(TeeListener.class);
        if (listener != null) {
            properties.put(ListenerHandler.ID, listener.id());
            properties.put(ListenerHandler.BUFFER_SIZE, listener.bufferSize());
            properties.put(ListenerHandler.TIME_LIMIT, listener.timeLimit());
        }
        TeeCallback callback = type.getAnnotation(TeeCallback.class);
        if (callback != null) {
            properties.put(CallbackObject.NAME, callback.callback());
        }
        QteeService service = type.getAnnotation(QteeService.class);
        if (service != null) {
            properties.put(TrustedService.UID, service.uid());
        }
        QteeApplication application = type.getAnnotation(QteeApplication.class);
        if (application != null) {
            properties.put(TrustedApplication.NAME, application.name());
        }
        properties.putAll(given);
        properties.values().forEach(value -> Objects.requireNonNull(value, "a property's value"));
        return properties;
    }
}
