// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.supplicant.support.WakeUp;

/**
 * Listeners that are refused for something that mostly passes soon, and so is no problem before it has lasted for a
 * while. An id is mostly in use because of a registration that ended a moment ago, of this supplicant or of the one
 * before it: a thread of the device has yet to tell the TEE. And that nobody serves callbacks may mean that the
 * service of this supplicant is just coming or going. Used by the one thread that registers listeners. Times are those
 * of one {@link WakeUp}.
 */
final class PassingRefusals {

    /** After how long the TEE is asked again. */
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    /** For how long a refusal may last. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** When each listener was refused first, by its id. */
    private final Map<Integer, Long> refused = new HashMap<>();

    /** Returns whether what a listener is refused for may still pass soon. */
    boolean mayPass(int listener, RegistrationCause cause, long now) {
        return cause.isPassing() && now - refused.computeIfAbsent(listener, first -> now) < PATIENCE;
    }

    /** Notes that the TEE knows the listener. */
    void passed(int listener) {
        refused.remove(listener);
    }

    /** Removes all but these listeners, since no others are wanted. */
    void retain(Collection<Integer> listeners) {
        refused.keySet().retainAll(listeners);
    }
}
