// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.chaos.ledger.Inspection;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.Plan;
import org.ermine.tee.itests.chaos.tee.Caller;
import org.ermine.tee.itests.chaos.tee.Slots;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Looks at Ermine through its introspection, and by using it. */
final class Inspector implements Inspection {

    private static final String SUPPLICANT = "org.ermine.tee.supplicant ";

    private final BundleContext context;
    private final Ledger ledger;
    private final Caller caller;
    private final Configurations configurations;

    Inspector(BundleContext context, Ledger ledger, Caller caller, Configurations configurations) {
        this.context = context;
        this.ledger = ledger;
        this.caller = caller;
        this.configurations = configurations;
    }

    @Override
    public List<String> remains() {
        caller.close();
        RuntimeDTO state = snapshot();
        List<String> remains = new ArrayList<>();
        if (state == null) {
            return remains;
        }
        for (DeviceDTO device : state.devices) {
            for (ContextDTO each : device.contexts) {
                if (!each.owner.startsWith(SUPPLICANT) || each.closed) {
                    remains.add("context " + each.id + " of " + each.owner + ", closed " + each.closed
                            + ", TEE objects "
                            + each.teeObjects + ", callback objects " + each.callbackObjects + ", shared memories "
                            + each.sharedMemories + ", requests " + each.requests.length);
                }
            }
            add(remains, device.leakedObjects, "TEE objects lost without being closed");
            add(remains, device.pendingReleases, "releases not done");
        }
        if (state.devices.length == 0) {
            addMemory(remains, state.memory);
        }
        return remains;
    }

    /** A driver keeps buffers for its next message, so it can be told only when there is none any more. */
    private static void addMemory(List<String> remains, MemoryDTO memory) {
        if (memory != null) {
            add(remains, memory.inUse, "bytes of shared memory");
            add(remains, memory.buffersInUse, "message buffers");
            add(remains, memory.regions, "memory objects");
            add(remains, memory.registered, "bytes of registered memory");
        }
    }

    private static void add(List<String> remains, long count, String what) {
        if (count != 0) {
            remains.add(count + " " + what);
        }
    }

    @Override
    public String state() {
        return String.valueOf(snapshot());
    }

    private RuntimeDTO snapshot() {
        return with(TeeRuntime.class, runtime -> runtime.snapshot());
    }

    @Override
    public String firstRefusal() {
        Random random = new Random(ledger.seed());
        if (!caller.direct(null, random)) {
            return "the secure world";
        }
        for (Slots slot : Slots.values()) {
            if (!caller.handler(null, null, slot, Plan.ANSWER, 0, null, random)) {
                return slot.slot();
            }
        }
        return null;
    }

    @Override
    public void leakContext() throws TeeException {
        context.getService(context.getServiceReference(TeeDevice.class)).open();
    }

    @Override
    public void configure(String pid, Map<String, Object> options) throws Exception {
        configurations.change(pid, options);
    }

    /** Null if there is no such service. */
    private <S, R> R with(Class<S> type, Function<S, R> use) {
        ServiceReference<S> reference = context.getServiceReference(type);
        S service = reference == null ? null : context.getService(reference);
        try {
            return service == null ? null : use.apply(service);
        } finally {
            if (service != null) {
                context.ungetService(reference);
            }
        }
    }
}
