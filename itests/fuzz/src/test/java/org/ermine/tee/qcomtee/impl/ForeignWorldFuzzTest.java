// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.GuardedMemory;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.junit.jupiter.api.DisplayName;

/** Several clients and a secure world that somebody else wrote, from the published format. */
class ForeignWorldFuzzTest {

    private static final int MOST_ACTIONS = 24;
    /** With so many a device makes room for a new one, since their memory stays in use. */
    private static final int MOST_ABANDONED = 100;

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final DeviceLimits LIMITS = new DeviceLimits(
            HOUR, 0, 0, 1 << 16, 1 << 15, 0, 3, HOUR, Long.MAX_VALUE, 1 << 16, Long.MAX_VALUE, Long.MAX_VALUE, 4);

    /**
     * Lives from one run to the next. A run that finds something leaves a device that nobody should use, and none here.
     */
    private static Device usable;

    private record Device(GuardedMemory memory, ForeignWorld world, QcomTee tee) {

        static Device start() {
            GuardedMemory memory = new GuardedMemory();
            ForeignWorld world = new ForeignWorld(memory);
            QcomTee tee = new QcomTee("foreign", world, memory, LIMITS);
            tee.start();
            return new Device(memory, world, tee);
        }
    }

    @FuzzTest
    @DisplayName("MSG-6, MSG-7, MSG-8, CBO-1, CBO-4, CBO-7, CBO-9, CBO-10, MEM-3, MEM-5, REQ-13, OBJ-5, OBJ-9, ERM-5, "
            + "ERM-13: whatever a foreign"
            + " secure world makes of the format, each client gets what was sent to it, and nothing is left")
    void foreignWorld(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        boolean hostile = (input.u8() & 1) != 0;
        Device device = usable == null ? Device.start() : usable;
        usable = null;
        run(device, input, hostile);
        if (device.tee().abandonedCalls() < MOST_ABANDONED) {
            usable = device;
        } else {
            device.tee().close();
        }
    }

    private static void run(Device device, Input input, boolean hostile) throws TeeException, InterruptedException {
        ForeignWorld world = device.world();
        int abandoned = device.tee().abandonedCalls();
        List<ForeignClient> clients = new ArrayList<>();
        world.begin(input, hostile, clients);
        for (String name : List.of("first", "second", "third")) {
            clients.add(new ForeignClient(name, world, device.tee()));
        }
        clients.get(0).handOver();
        int first = world.books().lastId();
        world.choose(true);
        for (int i = 0; i < MOST_ACTIONS && !input.isEmpty(); i++) {
            clients.get(input.below(clients.size())).act();
            requireSettled(world, clients);
        }
        world.choose(false);
        letGo(world, clients.get(0), first);
        requireNothingLeft(device, clients, abandoned);
    }

    private static void requireSettled(ForeignWorld world, List<ForeignClient> clients)
            throws TeeException, InterruptedException {
        for (ForeignClient client : clients) {
            if (!world.isHostile()) {
                client.requireSettled();
            }
        }
    }

    /**
     * All that the secure world holds. If it did not keep to the format, that is any id since the first, as often as
     * it may be.
     */
    private static void letGo(ForeignWorld world, ForeignClient client, int first) throws TeeException {
        client.handOver();
        int last = world.books().lastId();
        int rounds = world.books().mostReferences();
        for (int i = 0; i < rounds; i++) {
            List<Integer> held = world.books().ids();
            world.letGo(
                    world.isHostile()
                            ? java.util.stream.IntStream.rangeClosed(first, last)
                                    .boxed()
                                    .toList()
                            : held,
                    client);
        }
    }

    /** @param before how many calls were abandoned before this run */
    private static void requireNothingLeft(Device device, List<ForeignClient> clients, int before)
            throws TeeException, InterruptedException {
        ForeignLayout.requireEqual(0, device.tee().transport().exports().clear(), "ids left");
        for (ForeignClient client : clients) {
            client.close();
        }
        if (!device.tee().releases().awaitEmpty(TimeUnit.SECONDS.toNanos(5))) {
            throw new AssertionError(device.tee().pendingReleases() + " releases are pending");
        }
        device.world().books().requireEven();
        // A call that is lost while the secure world waits for an answer keeps its two buffers, by the contract of the
        // channel.
        ForeignLayout.requireEqual(
                device.tee().transport().quarantine().buffers(), device.memory().inUse(), "regions in use");
        if (!device.world().isHostile()) {
            ForeignLayout.requireEqual(before, device.tee().abandonedCalls(), "abandoned calls");
        }
    }
}
