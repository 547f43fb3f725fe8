// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The accounting of a run: what clients asked and got, what the secure world and the handlers saw of it, and when
 * something was done to them. Whatever does not fit together becomes a {@link Fault}. Thread safe.
 *
 * <p>A request that was answered is forgotten at once, and every sight of it from then on is one too many. One that was
 * refused is kept: it may still come to its handler, once.
 */
public final class Ledger {

    /** A limit that never passes. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int FAULTS_TOLD = 200;

    private final long seed;
    private final long handlerLimitNanos;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger generations = new AtomicInteger();

    private final Map<Long, Request> requests = new ConcurrentHashMap<>();
    private final Map<String, Generation> current = new ConcurrentHashMap<>();
    private final Map<String, Intervals> swaps = new ConcurrentHashMap<>();
    private final Intervals disturbances = new Intervals();
    private final Set<HandedOver> handedOver = ConcurrentHashMap.newKeySet();
    private final Set<Lane> lanes = ConcurrentHashMap.newKeySet();
    private final Set<Generation> alive = ConcurrentHashMap.newKeySet();

    /** The last configuration that came to each slot. Guarded by itself. */
    private final Map<String, Integer> rounds = new HashMap<>();

    private volatile SecureSide secure;
    private volatile int epoch;

    private final Map<Kind, LongAdder> answered = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> refused = new ConcurrentSkipListMap<>();
    private final Map<Fault, LongAdder> faults = new ConcurrentSkipListMap<>();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final LongAdder reregistrations = new LongAdder();
    private final Map<String, LongAdder> hostilities = new ConcurrentSkipListMap<>();

    /**
     * @param seed from which clients derive what they do
     * @param handlerLimitNanos how long a handler may work on a request unless it says otherwise
     */
    public Ledger(long seed, long handlerLimitNanos) {
        this.seed = seed;
        this.handlerLimitNanos = handlerLimitNanos;
    }

    // ---- For bundles.

    public long seed() {
        return seed;
    }

    public long handlerLimitNanos() {
        return handlerLimitNanos;
    }

    /** The TEE is about to call hostile code of this kind. */
    public void hostile(String kind) {
        hostilities.computeIfAbsent(kind, key -> new LongAdder()).increment();
    }

    /** How often the TEE was to call hostile code, by its kind. */
    public Map<String, Long> hostilities() {
        Map<String, Long> counts = new TreeMap<>();
        hostilities.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    public Owner owner(String name) {
        return new Owner(name);
    }

    public Lane lane(String name) {
        Lane lane = new Lane(name);
        lanes.add(lane);
        return lane;
    }

    /** The trusted side was activated. */
    public SecureSide secureSide() {
        secure = new SecureSide(this);
        return secure;
    }

    /**
     * A request is made.
     *
     * @param target the slot whose handler it is for, or whoever else answers it
     * @param parent the request in the course of which it is made; null if there is none
     * @param limitNanos what the client gives it; {@link #NO_LIMIT} if nothing
     */
    public Request begin(Kind kind, Plan plan, String target, ContextLife context, Request parent, long limitNanos) {
        Request request = new Request(this, numbers.incrementAndGet(), kind, plan, target, context, parent, limitNanos);
        requests.put(request.number(), request);
        return request;
    }

    /** A callback object is about to be passed along with a request. */
    public HandedOver handOver(long number) {
        HandedOver object = new HandedOver(this, requests.get(number));
        handedOver.add(object);
        return object;
    }

    /** A callback object need not have come to the secure world. */
    public void tookBack(HandedOver object) {
        handedOver.remove(object);
    }

    /**
     * A handler is about to be registered.
     *
     * @param limitNanos how long it may work on a request
     */
    public Generation generation(String slot, long limitNanos) {
        Generation generation = new Generation(this, generations.incrementAndGet(), slot, limitNanos);
        alive.add(generation);
        synchronized (current) {
            current.put(slot, generation);
            current.notifyAll();
        }
        return generation;
    }

    /**
     * What answers callbacks to a bundle's own objects: never replaced, but held to the time limit of all callbacks.
     */
    public Generation own(Owner owner) {
        return new Generation(this, generations.incrementAndGet(), owner.toString(), handlerLimitNanos);
    }

    /**
     * The handler of a slot was given its configuration.
     *
     * @param round grows with each one
     */
    public void configured(String slot, int round) {
        synchronized (rounds) {
            rounds.merge(slot, round, Math::max);
            rounds.notifyAll();
        }
    }

    /** A handler unregistered itself and registered itself again. */
    public void reregistered() {
        reregistrations.increment();
    }

    /** Grows whenever everything works again after a disturbance: time to open new contexts. */
    public int epoch() {
        return epoch;
    }

    /** Something is wrong. */
    public void fault(Fault fault, String text) {
        LongAdder count = faults.computeIfAbsent(fault, key -> new LongAdder());
        count.increment();
        if (told.size() < FAULTS_TOLD) {
            told.add(fault + ": " + text);
        }
    }

    // ---- For the driver.

    /** A part of Ermine is about to go: requests may be refused until {@link #calm}. */
    public void disturb() {
        disturbances.begin();
    }

    /** Everything works again. */
    public void calm() {
        disturbances.end();
        epoch++;
    }

    /** The handlers of a slot are about to be replaced. */
    public void swapBegins(String slot) {
        swaps.computeIfAbsent(slot, key -> new Intervals()).begin();
    }

    /** The new handler was called. */
    public void swapEnds(String slot) {
        swaps.get(slot).end();
    }

    /** The handler of a slot that was registered last. */
    public Generation current(String slot) {
        return current.get(slot);
    }

    /** When the present handler of a slot was called first; 0 if it is not called in time. */
    public long awaitServed(String slot, long deadline) throws InterruptedException {
        Generation generation = current(slot);
        while (generation != null && !generation.awaitCall(0, deadline)) {
            generation = awaitSuccessor(generation, deadline);
        }
        return generation == null ? 0 : generation.servedAt();
    }

    /** The generation that came after one which was not called; null if none comes in time. */
    private Generation awaitSuccessor(Generation generation, long deadline) throws InterruptedException {
        synchronized (current) {
            long left = deadline - System.nanoTime();
            while (current(generation.slot()) == generation && left > 0) {
                current.wait(left / 1_000_000 + 1);
                left = deadline - System.nanoTime();
            }
        }
        Generation successor = current(generation.slot());
        return successor == generation ? null : successor;
    }

    /** Waits for a configuration to come to the handler of a slot. */
    public boolean awaitConfigured(String slot, int round, long deadline) throws InterruptedException {
        synchronized (rounds) {
            long left = deadline - System.nanoTime();
            while (rounds.getOrDefault(slot, 0) < round && left > 0) {
                rounds.wait(left / 1_000_000 + 1);
                left = deadline - System.nanoTime();
            }
            return rounds.getOrDefault(slot, 0) >= round;
        }
    }

    /**
     * Interrupts a client in the middle of a request.
     *
     * @return false if none is at work
     */
    public boolean interrupt(int choice) {
        List<Lane> working = lanes.stream().filter(lane -> !lane.isClosed()).toList();
        return !working.isEmpty()
                && working.get(Math.floorMod(choice, working.size())).interrupt();
    }

    /**
     * Interrupts a handler in the middle of a call.
     *
     * @return false if none is at rest
     */
    public boolean kill() {
        return alive.stream().flatMap(generation -> generation.open().stream()).anyMatch(Call::kill);
    }

    /** Waits for the end of all threads of clients with this name. */
    public boolean awaitClients(String prefix, long deadline) throws InterruptedException {
        for (Lane lane : lanes) {
            if (lane.toString().startsWith(prefix)) {
                if (!lane.awaitClosed(deadline)) {
                    return false;
                }
                lanes.remove(lane);
            }
        }
        return true;
    }

    /** Requests that have been waiting for longer than they may. Each is named once, and a fault. */
    public int findHung(long boundNanos) {
        long now = System.nanoTime();
        int found = 0;
        for (Request request : requests.values()) {
            if (request.isOverdue(now, boundNanos)) {
                fault(Fault.HUNG, request + " since " + (now - request.begun()) / 1_000_000 + " ms");
                found++;
            }
        }
        return found;
    }

    /** All clients have ended: what is open now stays so. */
    public void close() {
        for (Request request : requests.values()) {
            if (!request.hasEnded()) {
                fault(Fault.LOST, request.toString());
            }
        }
    }

    /** What was handed over or created, and is not given back. */
    public List<String> remains() {
        List<String> remains = new ArrayList<>();
        handedOver.stream().filter(HandedOver::isOwed).forEach(object -> remains.add(object + " is not released"));
        SecureSide side = secure;
        if (side != null && side.objects() != 0) {
            remains.add(side.objects() + " objects of the secure world");
        }
        for (Generation generation : alive) {
            generation.open().forEach(call -> remains.add("call of request " + call.number() + " on " + call));
        }
        return remains;
    }

    public Map<Kind, Long> answered() {
        return sums(answered);
    }

    /** By cause and result. */
    public Map<String, Long> refused() {
        return sums(refused);
    }

    public Map<Fault, Long> faults() {
        return sums(faults);
    }

    /** The first faults in words. */
    public Collection<String> told() {
        return told;
    }

    public long begun() {
        return numbers.get();
    }

    public long reregistrations() {
        return reregistrations.sum();
    }

    private static <K extends Comparable<K>> Map<K, Long> sums(Map<K, LongAdder> counts) {
        Map<K, Long> sums = new LinkedHashMap<>();
        new TreeMap<>(counts).forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }

    // ---- For the other classes of this package.

    boolean disturbed(long from, long to) {
        return disturbances.touch(from, to);
    }

    boolean swapTouches(String slot, long from, long to) {
        Intervals ofSlot = swaps.get(slot);
        return ofSlot != null && ofSlot.touch(from, to);
    }

    void reached(long number) {
        Request request = requests.get(number);
        if (request == null) {
            fault(Fault.DOUBLED, "request " + number + " came to the secure world after it was answered, or never was");
        } else {
            request.reached();
        }
    }

    void handled(long number, Call call) {
        Request request = requests.get(number);
        if (request == null) {
            fault(Fault.DOUBLED, "request " + number + " came to " + call + " after it was answered, or never was");
        } else {
            request.handled(call);
        }
    }

    void answered(Request request) {
        requests.remove(request.number());
        answered.computeIfAbsent(request.kind(), key -> new LongAdder()).increment();
    }

    void refused(Request request, String cause, Result result) {
        refused.computeIfAbsent(cause + " (" + result + ")", key -> new LongAdder())
                .increment();
    }

    /** A handler was unregistered, and its last call has ended. */
    void gone(Generation generation) {
        alive.remove(generation);
    }

    void released(HandedOver object) {
        handedOver.remove(object);
    }
}
