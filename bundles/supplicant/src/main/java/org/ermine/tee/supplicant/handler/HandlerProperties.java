// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.time.Duration;
import java.util.Map;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.embedded.whiteboard.UnusableServiceException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.Constants;

/**
 * The service properties of a handler, checked.
 *
 * @param name the listener id in hexadecimal, or the name of a callback object
 * @param listenerId 0 for a callback object
 * @param bufferSize in bytes; 0 for a callback object
 * @param timeLimit null for the limit that is configured
 * @param serviceId the lower one wins where rankings are equal
 */
public record HandlerProperties(
        String name, int listenerId, int bufferSize, Duration timeLimit, int ranking, long serviceId) {

    static final int MIN_BUFFER_SIZE = 4;
    static final int MAX_BUFFER_SIZE = 16 << 20;

    public static HandlerProperties ofListener(Map<String, Object> properties) throws UnusableServiceException {
        int id = required(properties, ListenerHandler.ID, Integer.class);
        int bufferSize = required(properties, ListenerHandler.BUFFER_SIZE, Integer.class);
        if (bufferSize < MIN_BUFFER_SIZE || bufferSize > MAX_BUFFER_SIZE) {
            throw new UnusableServiceException(ListenerHandler.BUFFER_SIZE + " is " + bufferSize + ", expected "
                    + MIN_BUFFER_SIZE + " to " + MAX_BUFFER_SIZE);
        }
        return new HandlerProperties(
                listenerName(id), id, bufferSize, timeLimit(properties), ranking(properties), serviceId(properties));
    }

    static HandlerProperties ofCallback(Map<String, Object> properties) throws UnusableServiceException {
        String name = required(properties, CallbackObject.NAME, String.class);
        if (name.isEmpty()) {
            throw new UnusableServiceException(CallbackObject.NAME + " is empty");
        }
        return new HandlerProperties(name, 0, 0, null, ranking(properties), serviceId(properties));
    }

    public static String listenerName(int id) {
        return "0x" + Integer.toHexString(id);
    }

    /** Returns the name of the listener that a service claims, usable or not; empty if it claims none. */
    static String claimedListener(Map<String, Object> properties) {
        return properties.get(ListenerHandler.ID) instanceof Integer id ? listenerName(id) : "";
    }

    /** Returns the name of the callback object that a service claims, usable or not; empty if it claims none. */
    static String claimedCallback(Map<String, Object> properties) {
        return properties.get(CallbackObject.NAME) instanceof String name ? name : "";
    }

    static long serviceId(Map<String, Object> properties) {
        return properties.get(Constants.SERVICE_ID) instanceof Long id ? id : -1;
    }

    /** Returns whether a handler with these properties may go on as it is when they become {@code other}. */
    boolean differsInRankingOnly(HandlerProperties other) {
        return other.equals(new HandlerProperties(name, listenerId, bufferSize, timeLimit, other.ranking, serviceId));
    }

    private static Duration timeLimit(Map<String, Object> properties) throws UnusableServiceException {
        if (properties.get(ListenerHandler.TIME_LIMIT) == null) {
            return null;
        }
        long millis = required(properties, ListenerHandler.TIME_LIMIT, Long.class);
        if (millis < 0 || millis > Duration.ofDays(1).toMillis()) {
            throw new UnusableServiceException(
                    ListenerHandler.TIME_LIMIT + " is " + millis + ", expected 0 to one day in milliseconds");
        }
        return millis == 0 ? null : Duration.ofMillis(millis);
    }

    private static int ranking(Map<String, Object> properties) {
        return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    private static <T> T required(Map<String, Object> properties, String key, Class<T> type)
            throws UnusableServiceException {
        Object value = properties.get(key);
        if (value == null) {
            throw new UnusableServiceException(key + " is missing");
        }
        if (!type.isInstance(value)) {
            throw new UnusableServiceException(
                    key + " is of type " + value.getClass().getSimpleName() + ", expected " + type.getSimpleName());
        }
        return type.cast(value);
    }
}
