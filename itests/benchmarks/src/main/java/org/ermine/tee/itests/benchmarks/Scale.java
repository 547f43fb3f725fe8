// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.runtime.DeviceDTO;
import org.osgi.framework.ServiceRegistration;

/**
 * Many of everything, in a JVM of its own: prints what it costs, and fails where it costs more than at a small number.
 * Arguments: objects, contexts, handlers.
 */
public final class Scale {

    private static final int FEW = 1000;
    private static final int ROUNDS = 200;

    private final World world;
    private final TeeDevice device;

    private Scale(World world) {
        this.world = world;
        device = world.device(World.DEVICE);
    }

    public static void main(String[] args) throws Exception {
        int objects = Integer.parseInt(args[0]);
        int contexts = Integer.parseInt(args[1]);
        int handlers = Integer.parseInt(args[2]);
        try (World world = World.start()) {
            world.deploy(Probe.UID, client -> new Probe());
            Scale scale = new Scale(world);
            scale.warmUp();
            scale.measureHandlers(handlers);
            scale.measureObjects(objects, contexts);
        }
    }

    private void warmUp() throws TeeException {
        try (TeeContext context = device.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            for (int i = 0; i < ROUNDS; i++) {
                costs(context, probe, FEW);
            }
        }
        awaitReleases();
    }

    private record Costs(double create, double use, double release) {
        private void print(int count) {
            System.out.printf(
                    "at %d objects: create %.0f ns, use %.0f ns, release %.0f ns%n", count, create, use, release);
        }
    }

    /** Creates objects, uses each once, and closes them; nanoseconds of one of each. */
    private Costs costs(TeeContext context, TeeObject probe, int count) throws TeeException {
        TeeObject[] objects = new TeeObject[count];
        Arguments created = new Arguments().outObject();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            probe.invoke(Probe.CREATE, created);
            objects[i] = created.teeObject(0);
        }
        long made = System.nanoTime();
        Arguments none = new Arguments();
        for (TeeObject object : objects) {
            object.invoke(Probe.ECHO, none);
        }
        long used = System.nanoTime();
        for (TeeObject object : objects) {
            object.close();
        }
        long end = System.nanoTime();
        return new Costs(
                (made - start) / (double) count, (used - made) / (double) count, (end - used) / (double) count);
    }

    private void measureObjects(int count, int contextCount) throws TeeException {
        TeeContext[] contexts = new TeeContext[contextCount];
        long before = LiveHeap.bytes();
        long start = System.nanoTime();
        for (int i = 0; i < contextCount; i++) {
            contexts[i] = device.open();
        }
        System.out.printf(
                "%d contexts: %.0f ns to open one, %d bytes of heap each%n",
                contextCount,
                (System.nanoTime() - start) / (double) contextCount,
                (LiveHeap.bytes() - before) / Math.max(1, contextCount));
        try (TeeContext context = device.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            Costs few = best(context, probe);
            few.print(FEW);
            TeeObject[] objects = new TeeObject[count];
            Arguments created = new Arguments().outObject();
            before = LiveHeap.bytes();
            for (int i = 0; i < count; i++) {
                probe.invoke(Probe.CREATE, created);
                objects[i] = created.teeObject(0);
            }
            System.out.printf(
                    "%d objects: %.0f bytes of heap each, both sides together%n",
                    count, (LiveHeap.bytes() - before - 16.0 - 4.0 * count) / count - 24);
            Costs many = best(context, probe);
            many.print(count);
            require(many.create() <= 2 * few.create(), "creation", many.create(), few.create());
            require(many.use() <= 2 * few.use(), "use", many.use(), few.use());
            require(many.release() <= 2 * few.release(), "release", many.release(), few.release());
            drain(objects, probe);
        }
        for (TeeContext context : contexts) {
            context.close();
        }
    }

    /** The least of several, so that collections of garbage and other processes do not count. */
    private Costs best(TeeContext context, TeeObject probe) throws TeeException {
        Costs best = costs(context, probe, FEW);
        for (int i = 0; i < ROUNDS; i++) {
            awaitReleases();
            Costs one = costs(context, probe, FEW);
            best = new Costs(
                    Math.min(best.create(), one.create()),
                    Math.min(best.use(), one.use()),
                    Math.min(best.release(), one.release()));
        }
        return best;
    }

    /** How fast the TEE is told of releases, and whether invocations wait for that. */
    private void drain(TeeObject[] objects, TeeObject probe) throws TeeException {
        long start = System.nanoTime();
        for (TeeObject object : objects) {
            object.close();
        }
        int pending = device().pendingReleases;
        Arguments none = new Arguments();
        long longest = 0;
        while (device().pendingReleases > 0) {
            for (int i = 0; i < 100; i++) {
                long begun = System.nanoTime();
                probe.invoke(Probe.ECHO, none);
                longest = Math.max(longest, System.nanoTime() - begun);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "release queue: %.0f objects each second; %d were pending when the last was closed; longest invocation"
                        + " meanwhile %.1f ms%n",
                objects.length / seconds, pending, longest / 1e6);
    }

    private void measureHandlers(int count) throws TeeException {
        long start = System.nanoTime();
        List<ServiceRegistration<CallbackObject>> registrations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            CallbackObject handler = (op, call) -> call.output(0).put((byte) number);
            registrations.add(
                    world.register(CallbackObject.class, handler, Map.of(CallbackObject.NAME, "handler " + i)));
        }
        System.out.printf("%d handlers: %.0f us to bind one%n", count, (System.nanoTime() - start) / 1e3 / count);
        try (TeeContext context = device.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            byte[] answer = new byte[1];
            Arguments arguments = new Arguments().in(new byte[1]).out(answer);
            for (int i = 0; i < count; i++) {
                probe.invoke(Probe.KEEP, new Arguments().in(context.callback("handler " + i)));
                probe.invoke(Probe.CALL_BACK, arguments);
                if (answer[0] != (byte) i) {
                    throw new IllegalStateException("handler " + i + " answered " + answer[0]);
                }
            }
        }
        registrations.forEach(ServiceRegistration::unregister);
    }

    private DeviceDTO device() {
        return world.runtime().snapshot().devices[0];
    }

    private void awaitReleases() {
        while (device().pendingReleases > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void require(boolean held, String what, double many, double few) {
        if (!held) {
            throw new IllegalStateException(
                    String.format("%s takes %.0f ns with many objects, %.0f ns with few", what, many, few));
        }
    }
}
