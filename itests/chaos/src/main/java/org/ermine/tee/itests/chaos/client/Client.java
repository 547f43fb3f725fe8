// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.client;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.itests.chaos.ledger.Lane;
import org.ermine.tee.itests.chaos.ledger.Plan;
import org.ermine.tee.itests.chaos.tee.Caller;
import org.ermine.tee.itests.chaos.tee.Slots;

/** A thread that makes requests of all kinds, as its random numbers tell. */
final class Client {

    private static final Plan[] ROUGH = {
        Plan.ANSWER_ERROR,
        Plan.THROW_CHECKED,
        Plan.THROW_UNCHECKED,
        Plan.THROW_ERROR,
        Plan.THROW_LINKAGE,
        Plan.ANSWER_TOO_MUCH
    };

    private static final int LEVELS = 6;
    private static final int DEEP = 64;
    private static final int HOLD_MILLIS = 15;
    private static final int LIMIT_MILLIS = 30;
    private static final long LONGEST_PAUSE = TimeUnit.MICROSECONDS.toNanos(1500);
    /** Clients wait after a refusal, so that they do not spin while something is away. */
    private static final long REFUSED_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Caller caller;
    private final Lane lane;
    private final Random random;
    private volatile boolean ended;

    Client(Caller caller, Lane lane, Random random) {
        this.caller = caller;
        this.lane = lane;
        this.random = random;
    }

    void start() {
        Thread thread = new Thread(this::run, lane.toString());
        thread.setDaemon(true);
        thread.start();
    }

    void end() {
        ended = true;
    }

    private void run() {
        try {
            while (!ended) {
                boolean answered = request();
                LockSupport.parkNanos(answered ? random.nextLong(LONGEST_PAUSE) : REFUSED_PAUSE);
            }
            caller.close();
        } finally {
            lane.close();
        }
    }

    /** The shares are out of a thousand. */
    private boolean request() {
        int choice = random.nextInt(1000);
        if (choice < 200) {
            return caller.direct(lane, random);
        }
        if (choice < 250) {
            return caller.create(lane, random);
        }
        if (choice < 300) {
            return caller.memory(lane, random);
        }
        if (choice < 390) {
            return caller.nested(lane, 1 + random.nextInt(LEVELS), random);
        }
        if (choice < 391) {
            return caller.nested(lane, DEEP, random);
        }
        return choice < 450 ? rough() : smooth();
    }

    private boolean smooth() {
        Slots slot = Slots.values()[random.nextInt(Slots.ROUGH_CALLBACK.ordinal())];
        int choice = random.nextInt(1000);
        if (choice < 600) {
            return caller.handler(lane, null, slot, Plan.ANSWER, 0, null, random);
        }
        if (choice < 700) {
            return hold(slot, null);
        }
        if (choice < 750) {
            return hold(slot, Duration.ofMillis(1 + random.nextInt(LIMIT_MILLIS)));
        }
        if (choice < 752) {
            return caller.handler(lane, null, slot, Plan.UNREGISTER, 0, null, random);
        }
        return caller.handler(lane, null, slot, Plan.NEST, random.nextInt(), null, random);
    }

    private boolean hold(Slots slot, Duration limit) {
        return caller.handler(lane, null, slot, Plan.HOLD, 1 + random.nextInt(HOLD_MILLIS), limit, random);
    }

    private boolean rough() {
        Slots slot = random.nextBoolean() ? Slots.ROUGH_CALLBACK : Slots.ROUGH_LISTENER;
        int choice = random.nextInt(1000);
        if (choice < 400) {
            return caller.handler(lane, null, slot, Plan.ANSWER, 0, null, random);
        }
        // One that hangs blocks a listener for all; a callback only its thread, but for longer.
        if (choice < 403) {
            return caller.handler(lane, null, slot, Plan.HANG, 0, null, random);
        }
        return caller.handler(lane, null, slot, ROUGH[random.nextInt(ROUGH.length)], 0, null, random);
    }
}
