// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.support.WakeUp;

/**
 * The listeners that one TEE does not know, and why. Those with one cause wait together: one of them is tried when the
 * cause's pause ends, and the others only if that succeeds. Used by the one thread that registers them, but for {@link
 * #list}. Times are those of one {@link WakeUp}.
 */
final class RegistrationProblems {

    private static final long NEVER = Long.MAX_VALUE;

    /** By listener id. */
    private final Map<Integer, RegistrationProblem> problems = new ConcurrentHashMap<>();
    /** By cause: all causes of the problems, and those that ended not long ago. */
    private final Map<RegistrationCause, ListenersWaiting> waiting = new HashMap<>();

    /**
     * Returns whether to try now to register the listener for this handler. One that was not tried yet waits with the
     * others if all of them wait for the same.
     */
    boolean permitAttempt(int listener, Handler<?> handler, long now) {
        RegistrationProblem known = problems.get(listener);
        if (known != null && known.concerns(handler)) {
            return !known.cause().isFinal() && waiting.get(known.cause()).isDue(now);
        }
        RegistrationCause common = common(now);
        if (common != null) {
            put(listener, handler, common, now);
        }
        return common == null;
    }

    /** Returns a cause that concerns all listeners and is not to be tried again yet; null if there is none. */
    private RegistrationCause common(long now) {
        return waiting.keySet().stream()
                .filter(RegistrationCause::concernsNewOnes)
                .filter(cause -> !waiting.get(cause).isDue(now))
                .findAny()
                .orElse(null);
    }

    /**
     * Notes that an attempt failed.
     *
     * @param reason the cause in words
     */
    void failed(int listener, Handler<?> handler, RegistrationCause cause, String reason, long now) {
        waiting.computeIfAbsent(cause, begun -> new ListenersWaiting()).failed(reason, now);
        put(listener, handler, cause, now);
    }

    private void put(int listener, Handler<?> handler, RegistrationCause cause, long now) {
        ListenersWaiting others = waiting.get(cause);
        others.add(handler);
        ended(problems.put(listener, RegistrationProblem.of(handler, cause, others.reason())), now);
    }

    private void ended(RegistrationProblem problem, long now) {
        if (problem != null) {
            waiting.get(problem.cause()).remove(now);
        }
    }

    /** Notes that the TEE knows the listener. Others that wait for the same are due then. */
    void solved(int listener, long now) {
        RegistrationProblem problem = problems.remove(listener);
        if (problem != null) {
            waiting.get(problem.cause()).reset();
            ended(problem, now);
        }
    }

    /** Removes the problems of all but these listeners, since no others are wanted. */
    void retain(Collection<Integer> listeners, long now) {
        Set<Integer> wanted = Set.copyOf(listeners);
        for (int listener : List.copyOf(problems.keySet())) {
            if (!wanted.contains(listener)) {
                ended(problems.remove(listener), now);
            }
        }
        waiting.values().removeIf(each -> each.isForgotten(now));
    }

    /** Makes all attempts due, but those that need another handler, since what was a cause may have changed. */
    void retryAll() {
        waiting.values().forEach(ListenersWaiting::reset);
    }

    /** Returns when the next attempt is due. */
    long nextAttempt() {
        return waiting.entrySet().stream()
                .filter(each -> !each.getValue().isOver() && !each.getKey().isFinal())
                .mapToLong(each -> each.getValue().due())
                .min()
                .orElse(NEVER);
    }

    /** Returns what the log is to tell, each cause once. */
    List<String> takeNews() {
        return waiting.values().stream()
                .map(ListenersWaiting::takeNews)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns all problems. May be called by any thread. */
    List<RegistrationProblem> list() {
        return List.copyOf(problems.values());
    }
}
