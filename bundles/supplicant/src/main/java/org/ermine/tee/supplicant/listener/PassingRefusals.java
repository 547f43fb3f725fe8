// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.supplicant.support.WakeUp;

/**
 * Listeners that are refused for what mostly passes soon, and so is no problem before it has lasted for a while. That
 * an id is in use is mostly due to a registration that ended a moment ago, of this supplicant or of the one before it,
 * and of which the TEE has not been told yet: it is told by a thread of the device. That nobody serves callbacks is
 * said while the service of this supplicant is coming or going. Used by the one thread that registers listeners. Times
 * are those of one {@link WakeUp}.
 */
final class PassingRefusals {

    /** When the TEE is asked again. */
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    /** For how long it may last. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** When a listener was refused first, by its id. */
    private final Map<Integer, Long> refused = new HashMap<>();

    /** Whether what a listener is refused for may pass soon. */
    boolean mayPass(int listener, RegistrationCause cause, long now) {
        return cause.isPassing() && now - refused.computeIfAbsent(listener, first -> now) < PATIENCE;
    }

    /** The TEE knows the listener. */
    void passed(int listener) {
        refused.remove(listener);
    }

    /** Only these listeners are wanted. */
    void retain(Collection<Integer> listeners) {
        refused.keySet().retainAll(listeners);
    }
}
