// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.supplicant.support.WakeUp;

/**
 * Listeners whose ids the TEE says are in use. Mostly that is by a registration that ended a moment ago, of this
 * supplicant or of the one before it, and of which the TEE has not been told yet: it is told by a thread of the device.
 * So this is no problem before it has lasted for a while. Used by the one thread that registers listeners. Times are
 * those of one {@link WakeUp}.
 */
final class Predecessors {

    /** When the TEE is asked again. */
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    /** How long the TEE may take until it has let a predecessor go. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** When a listener was refused first, by its id. */
    private final Map<Integer, Long> refused = new HashMap<>();

    /** Whether the registration that has the id may be one that is about to end. */
    boolean mayEndSoon(int listener, RegistrationCause cause, long now) {
        return cause.isIdInUse() && now - refused.computeIfAbsent(listener, first -> now) < PATIENCE;
    }

    /** The TEE knows the listener. */
    void gone(int listener) {
        refused.remove(listener);
    }

    /** Only these listeners are wanted. */
    void retain(Collection<Integer> listeners) {
        refused.keySet().retainAll(listeners);
    }
}
