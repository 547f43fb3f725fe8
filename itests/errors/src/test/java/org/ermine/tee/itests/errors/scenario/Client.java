// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors.scenario;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.errors.Scenario;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.testing.InMemoryTee;

/** A client of a TEE in memory, and what it does there. */
public final class Client implements Scenario {

    private final Service service = new Service();
    private final InMemoryTee tee = InMemoryTee.builder()
            .option("org.ermine.tee.qcomtee", "callbackMillis", 60_000)
            .option("org.ermine.tee.supplicant", "workers", 4)
            .with(service)
            .with(new Listener(), Listener.PROPERTIES)
            .start();
    private final TeeContext context;
    private final TeeObject target;
    /** How many there are, with this client's. */
    private final int contexts;

    private final Action action;

    /** @param name of an {@link Action} */
    public Client(String name) throws TeeException {
        action = Action.valueOf(name);
        context = tee.open();
        contexts = tee.runtime().snapshot().devices[0].contexts.length;
        try (ClientEnv environment = ClientEnv.register(context)) {
            target = environment.open(Service.UID);
        }
    }

    @Override
    public void run() throws Exception {
        action.run(this);
    }

    InMemoryTee tee() {
        return tee;
    }

    TeeContext context() {
        return context;
    }

    /** An object of {@link Service}. */
    TeeObject target() {
        return target;
    }

    /** Closes it in any case: a client that is told that memory ran out tries again. */
    static void close(AutoCloseable got) throws Exception {
        if (got != null) {
            try {
                got.close();
            } catch (OutOfMemoryError e) {
                got.close();
                throw e;
            }
        }
    }

    @Override
    public String books() {
        RuntimeDTO all = tee.runtime().snapshot();
        DeviceDTO device = all.devices[0];
        return Arrays.stream(device.contexts).map(this::describe).sorted().collect(Collectors.joining())
                + String.format(
                        "%d buffers in use, %d regions, %d bytes registered; %d releases pending, %d calls abandoned,"
                                + " %d objects in the TEE",
                        all.memory.buffersInUse,
                        all.memory.regions,
                        all.memory.registered,
                        device.pendingReleases,
                        device.abandonedCalls,
                        service.objects());
    }

    @Override
    public boolean isAtRest() {
        RuntimeDTO all = tee.runtime().snapshot();
        return all.memory.buffersInUse == 0
                && all.devices[0].pendingReleases == 0
                && service.objects() == 0
                && Arrays.stream(all.devices[0].contexts)
                        .filter(each -> !each.owner.contains("supplicant"))
                        .allMatch(each -> each.callbackObjects == 0 && each.sharedMemories == 0);
    }

    private String describe(ContextDTO each) {
        return String.format(
                "context %d: %d references, %d TEE objects, %d callback objects, %d memories, %d requests, objects "
                        + "%s%n",
                each.id,
                each.references,
                each.teeObjects,
                each.callbackObjects,
                each.sharedMemories,
                each.requests.length,
                tee.runtime().objects(each.id, 100).stream()
                        .map(object -> object.kind + " " + object.description)
                        .sorted()
                        .toList());
    }

    @Override
    public void end() {
        context.close();
    }

    /** Beside this context there are those of the TEE's own work and of the supplicant. */
    @Override
    public boolean isOver() {
        return tee.runtime().snapshot().devices[0].contexts.length == contexts - 1;
    }

    @Override
    public void close() {
        tee.close();
    }
}
