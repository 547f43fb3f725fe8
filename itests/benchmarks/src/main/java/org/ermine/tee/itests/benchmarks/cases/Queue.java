// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.floor.PingPong;
import org.ermine.tee.itests.benchmarks.turns.Contest;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Processor;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Sleeps;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Work;

/**
 * Invocations in whose course the TEE calls back an object of the client, on a worker, against a bare hand-over to a
 * thread.
 */
public final class Queue implements Group {

    private static final CallbackObject ECHO = (op, call) -> call.output(0).put(call.input(0));

    private static final long SLICE_MICROS = 2000;
    /**
     * What a thread takes at most to wake up on machines such as these. A thread that spins for so long does so in vain
     * only where nobody comes.
     */
    private static final int SPIN_MICROS = 100;

    private static final Map<String, Map<String, Object>> SPINNING = Map.of(
            "org.ermine.tee.qcomtee", Map.of("spinMicros", SPIN_MICROS),
            "org.ermine.tee.supplicant", Map.of("spinMicros", SPIN_MICROS));

    private static final String WORKERS = "ermine-supplica";
    private static final double MOST_SLEEPS = 0.5;
    private static final int COUNTED = 5_000;

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe(SPINNING)) {
            compare(stage, world, Queue::bind, Case.QUEUE, Case.QUEUE::medians);
        }
    }

    /** What is done between the warm-up and the measurement. */
    interface Preparation {
        void prepare() throws Exception;
    }

    static void compare(
            Stage stage, World world, Preparation preparation, Case id, BiFunction<Side, Side, Contest> contest)
            throws Exception {
        try (TeeContext context = world.open();
                TeeObject probe = World.open(context, Probe.UID);
                PingPong pingPong = new PingPong(SPIN_MICROS)) {
            Work callbacks = callbacks(probe);
            Work handOvers = handOvers(pingPong);
            Side callbackSide = Side.singly(SLICE_MICROS, callbacks);
            callbackSide.warmUp(stage.plan().queueWarmUpMillis());
            preparation.prepare();
            Side handOverSide = Side.singly(SLICE_MICROS, handOvers);
            Sleeps before = Sleeps.now();
            stage.compareUnless(() -> inability(before, handOverSide), contest.apply(callbackSide, handOverSide));
            stage.note(id.name(), sleeps(callbacks) + "; the floor: " + sleeps(handOvers));
        }
    }

    private static Work handOvers(PingPong pingPong) {
        return times -> {
            for (int i = 0; i < times; i++) {
                pingPong.call();
            }
        };
    }

    /** Invocations of a probe that call back. */
    static Work callbacks(TeeObject probe) throws TeeException {
        probe.invoke(Probe.KEEP, new Arguments().in(ECHO));
        Arguments buffers = new Arguments().in(new byte[Direct.SIZE]).out(new byte[Direct.SIZE]);
        return Invocations.of(probe, Probe.CALL_BACK, buffers);
    }

    /** The client to one processor, who answers it to another one. */
    private static void bind() throws IOException, InterruptedException {
        new Processor(0).bindMe();
        new Processor(1).bindAll(WORKERS);
        new Processor(1).bindAll(PingPong.THREAD);
    }

    /** A thread that spins waits in vain where the machine lets only one thread run at a time. */
    private static String inability(Sleeps before, Side handOvers) {
        double sleeps = Sleeps.now().since(before).getOrDefault(PingPong.THREAD, 0L) / (double) handOvers.operations();
        return sleeps <= MOST_SLEEPS
                ? ""
                : String.format(Locale.ROOT, "the floor's thread slept %.2f times for each hand-over", sleeps);
    }

    /** How often the threads sleep for each operation, by their names. */
    private static String sleeps(Work work) throws Exception {
        Sleeps before = Sleeps.now();
        work.run(COUNTED);
        Map<String, Long> sleeps = Sleeps.now().since(before);
        return sleeps.entrySet().stream()
                .filter(entry -> entry.getValue() >= COUNTED / 1000)
                .map(entry -> String.format(
                        Locale.ROOT, "%s sleeps %.3f times", entry.getKey(), (double) entry.getValue() / COUNTED))
                .collect(Collectors.joining(", ", "for each operation ", ""))
                .replaceFirst(" $", " nobody sleeps");
    }
}
