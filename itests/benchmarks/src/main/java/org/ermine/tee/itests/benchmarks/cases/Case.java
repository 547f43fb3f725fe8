// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import static org.ermine.tee.itests.benchmarks.turns.Figure.BYTES;
import static org.ermine.tee.itests.benchmarks.turns.Figure.COUNT;
import static org.ermine.tee.itests.benchmarks.turns.Figure.PERCENT_MORE;
import static org.ermine.tee.itests.benchmarks.turns.Figure.TIMES;
import static org.ermine.tee.itests.benchmarks.turns.Figure.TIMES_FASTER;
import static org.ermine.tee.itests.benchmarks.turns.Figure.TIMES_THE_WORK;
import static org.ermine.tee.itests.benchmarks.turns.Target.atLeast;
import static org.ermine.tee.itests.benchmarks.turns.Target.atMost;

import java.util.Set;
import org.ermine.tee.itests.benchmarks.turns.Contest;
import org.ermine.tee.itests.benchmarks.turns.Figure;
import org.ermine.tee.itests.benchmarks.turns.Gauge;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Range;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Target;

/** What the path is meant to cost, against what, and which group measures it. */
public enum Case {
    DIRECT(Direct.class, "direct invocation of 64 B, against the fair floor", TIMES, atMost(4), ns(12, 300)),
    DIRECT_BYTES(Direct.class, "heap that it allocates", BYTES, atMost(0), any()),
    DIRECT_COLLECTED(Direct.class, "the same after a full collection", TIMES, atMost(4.4), ns(12, 300)),
    NO_ARGUMENTS(
            Direct.class, "invocation without arguments, against the fair floor without", TIMES, atMost(3), ns(5, 150)),
    GRPC(Others.class, "direct invocation, than gRPC in process", TIMES_FASTER, atLeast(250), us(5, 1000)),
    GRPC_DIRECT(
            Others.class,
            "direct invocation, than gRPC in process with direct executor",
            TIMES_FASTER,
            atLeast(10),
            us(0.4, 20)),
    CALLING_THREAD(
            CallingThread.class,
            "callback on the calling thread, against direct invocation",
            TIMES,
            atMost(1.6),
            ns(40, 2000)),
    BIG(
            Payload.class,
            "4 MiB in all, from and to direct buffers, against copying once each way",
            TIMES,
            atMost(2.9),
            us(60, 8000)),
    BIG_IN_PLACE(
            Payload.class, "the same, taken in place by the trusted application", TIMES, atMost(1.6), us(60, 8000)),
    MEMORY(
            Payload.class,
            "memory object of 64 MiB mapped and touched, against one of 4 KiB",
            TIMES,
            atMost(1.1),
            us(0.2, 100)),
    OBJECTS(
            Objects.class,
            "object created and released, against two fair invocations and a table",
            TIMES,
            atMost(5),
            ns(25, 800)),
    OBJECT_BYTES(Objects.class, "heap of a live object, both sides together", BYTES, atMost(124), any()),
    QUEUE(
            Queue.class,
            "callback through the queue, against a hand-over that spins and parks: p50",
            TIMES,
            atMost(4),
            us(0.05, 50)),
    QUEUE_P99(QueueByDefault.class, "the same with the default spin: p99", TIMES, atMost(6), us(0.05, 500)),
    TWO_BARE(Scaling.class, "two threads with fair floors, against one", TIMES_THE_WORK, atLeast(1.8), ns(12, 300)),
    TWO_CONTEXTS(
            Scaling.class, "two threads on two contexts, against one", TIMES_THE_WORK, atLeast(1.85), ns(40, 2000)),
    ONE_CONTEXT(Scaling.class, "two threads on one context, against one", TIMES_THE_WORK, atLeast(1.7), ns(40, 2000)),
    ONE_OBJECT(Scaling.class, "two threads on one object, against one", TIMES_THE_WORK, atLeast(1.7), ns(40, 2000)),
    TWO_BARE_COLLECTED(
            Scaling.class, "after a full collection: fair floors", TIMES_THE_WORK, atLeast(1.8), ns(12, 300)),
    TWO_CONTEXTS_COLLECTED(
            Scaling.class, "after a full collection: two contexts", TIMES_THE_WORK, atLeast(1.85), ns(40, 2000)),
    ONE_CONTEXT_COLLECTED(
            Scaling.class, "after a full collection: one context", TIMES_THE_WORK, atLeast(1.7), ns(40, 2000)),
    ONE_OBJECT_COLLECTED(
            Scaling.class, "after a full collection: one object", TIMES_THE_WORK, atLeast(1.7), ns(40, 2000)),
    SNAPSHOT_LISTENERS(Many.class, "snapshot with 3,000 listeners, against 300", TIMES, atMost(12), us(5, 50_000)),
    SNAPSHOT_LISTENERS_BYTES(Many.class, "the same in bytes of garbage", TIMES, atMost(12), any()),
    SNAPSHOT_CONTEXTS(Many.class, "snapshot with 10,000 contexts, against 1,000", TIMES, atMost(12), us(5, 50_000)),
    SNAPSHOT_CONTEXTS_BYTES(Many.class, "the same in bytes of garbage", TIMES, atMost(12), any()),
    CROWD(Crowd.class, "MiB of heap for 1,000,000 objects and 10,000 contexts", COUNT, atMost(180), any()),
    BLOCKED_REFUSED(Blocked.class, "of 1,000 clients blocked for 200 ms each: not served", COUNT, atMost(0), any()),
    BLOCKED_FAIRNESS(
            Blocked.class, "the same going on for 10 s: most against least served context", TIMES, atMost(2), any()),
    OBSERVED_OFF(
            Observed.class,
            "direct invocation, statistics off, against without their bundle",
            PERCENT_MORE,
            atMost(1),
            ns(40, 2000)),
    OBSERVED_ON(Observed.class, "the same, statistics on for one in 64", PERCENT_MORE, atMost(3), ns(40, 2000)),
    DIRECT_EARLIER(Generations.class, "direct invocation, against commit a6ae91a", TIMES, atMost(1), ns(40, 2000)),
    CALLING_THREAD_EARLIER(
            Generations.class,
            "callback on the calling thread, against commit a6ae91a",
            TIMES,
            atMost(0.65),
            ns(40, 4000)),
    QUEUE_EARLIER(
            Generations.class,
            "one client's callbacks in 20 s with warm-up, against commit a6ae91a",
            TIMES_FASTER,
            atLeast(2.5),
            any());

    /**
     * Two bare threads are a condition and say something of the machine alone; the least heap of a crowd is held by
     * ScaleIT.
     */
    private static final Set<String> UNGUARDED = Set.of("TWO_BARE", "TWO_BARE_COLLECTED", "CROWD");

    /** What varies by a third from JVM to JVM, since most of it is how fast this machine wakes threads. */
    private static final Set<String> UNSTEADY = Set.of("GRPC", "QUEUE_P99", "BLOCKED_FAIRNESS", "QUEUE_EARLIER");

    private final Class<? extends Group> group;
    private final String title;
    private final Figure figure;
    private final Target target;
    private final Range floor;

    Case(Class<? extends Group> group, String title, Figure figure, Target target, Range floor) {
        this.group = group;
        this.title = title;
        this.figure = figure;
        this.target = target;
        this.floor = floor;
    }

    private static Range ns(double least, double most) {
        return new Range(least, most);
    }

    private static Range us(double least, double most) {
        return new Range(1000 * least, 1000 * most);
    }

    private static Range any() {
        return new Range(0, Double.MAX_VALUE);
    }

    public Class<? extends Group> group() {
        return group;
    }

    public String title() {
        return title;
    }

    public Figure figure() {
        return figure;
    }

    public Target target() {
        return target;
    }

    /** Whether the guard holds it. */
    public boolean isGuarded() {
        return !UNGUARDED.contains(name());
    }

    /** Whether one JVM shows much the same as the next one. */
    public boolean isSteady() {
        return !UNSTEADY.contains(name());
    }

    /** Compares mean times. */
    Contest means(Side subject, Side floor) {
        return contest(Gauge.MEAN, subject, floor);
    }

    /** Compares medians of single operations. */
    Contest medians(Side subject, Side floor) {
        return contest(Gauge.MEDIAN, subject, floor);
    }

    /** Compares what 99 of 100 operations do not exceed. */
    Contest p99s(Side subject, Side floor) {
        return contest(Gauge.P99, subject, floor);
    }

    private Contest contest(Gauge gauge, Side subject, Side floor) {
        return new Contest(name(), this.floor, gauge, subject, floor);
    }
}
