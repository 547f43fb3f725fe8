// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.time.Duration;
import java.util.Objects;
import org.ermine.tee.TeeContext;

/**
 * Something that goes wrong at a {@link Point}: once, unless told otherwise. Immutable.
 *
 * <pre>{@code
 * tee.inject(Point.PROCESSING, Fault.closeContext(context));
 * }</pre>
 */
public final class Fault {

    /** What a test does at a point, on the thread that came by; the thread waits until it is done. */
    @FunctionalInterface
    public interface Action {
        void run() throws InterruptedException;
    }

    /** What is to become of the step that was about to be made. */
    enum Effect {
        NONE,
        DROP,
        HOSTILE_ANSWER
    }

    /** What is done before, and needs to know where it is done. */
    @FunctionalInterface
    interface Deed {

        /** @param supplicant stops the supplicant */
        void run(Runnable supplicant, Injection injection) throws InterruptedException;
    }

    private final String name;
    private final Effect effect;
    private final Deed deed;
    private final long seed;
    private final int times;

    private Fault(String name, Effect effect, Deed deed, long seed, int times) {
        this.name = name;
        this.effect = effect;
        this.deed = deed;
        this.seed = seed;
        this.times = times;
    }

    private static Fault doing(String name, Deed deed) {
        return new Fault(name, Effect.NONE, deed, 0, 1);
    }

    /** The thread waits that long, or until the injection is closed. */
    public static Fault delay(Duration time) {
        return doing("delay of " + time, (supplicant, injection) -> injection.awaitEnd(time));
    }

    /**
     * The step is not made: before marshalling and in the secure world the invocation fails as one that did not reach
     * the TEE; a queued request is not announced; a request that is taken is lost with its worker; a response is not
     * delivered. What waits for such a request or response does so until its time limit, or until its context closes.
     */
    public static Fault drop() {
        return new Fault("drop", Effect.DROP, (supplicant, injection) -> {}, 0, 1);
    }

    /**
     * The peer answers with bytes that look like chance and are the same for the same seed. {@link
     * Point#IN_SECURE_WORLD}: the secure world has worked, and leaves junk where its answer should be. {@link
     * Point#RESPONSE_SUBMITTED}: the output buffers of the handler's or callback object's answer are junk. It cannot be
     * had at other points.
     */
    public static Fault hostileAnswer(long seed) {
        return new Fault("hostile answer " + seed, Effect.HOSTILE_ANSWER, (supplicant, injection) -> {}, seed, 1);
    }

    /** The supplicant goes, as if its bundle was stopped; {@link InMemoryTee#startSupplicant} brings it back. */
    public static Fault killSupplicant() {
        return doing("killed supplicant", (supplicant, injection) -> supplicant.run());
    }

    /** The context closes, as if its owner went. */
    public static Fault closeContext(TeeContext context) {
        Objects.requireNonNull(context, "context");
        return doing("closed context", (supplicant, injection) -> context.close());
    }

    /** Whatever a test wants. */
    public static Fault run(Action action) {
        Objects.requireNonNull(action, "action");
        return doing("action", (supplicant, injection) -> action.run());
    }

    /** The same fault, for the next {@code count} who come by. */
    public Fault times(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a fault strikes at least once, not " + count + " times");
        }
        return new Fault(name, effect, deed, seed, count);
    }

    /** The same fault, for all who come by until it is closed. */
    public Fault always() {
        return times(Integer.MAX_VALUE);
    }

    Effect effect() {
        return effect;
    }

    Deed deed() {
        return deed;
    }

    long seed() {
        return seed;
    }

    int times() {
        return times;
    }

    @Override
    public String toString() {
        return name;
    }
}
