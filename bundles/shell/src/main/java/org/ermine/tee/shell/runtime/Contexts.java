// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.CommandException;

/** The contexts of devices, which are had page by page, and what a user names of them. */
final class Contexts {

    /** Contexts of a page. */
    static final int PAGE = 1000;

    private final TeeRuntime runtime;

    Contexts(TeeRuntime runtime) {
        this.runtime = runtime;
    }

    /** The devices that a call names, or all if it names none; without their contexts. */
    List<DeviceDTO> devices(Call call) throws CommandException {
        DeviceDTO[] present = runtime.snapshot(0).devices;
        if (call.operands().isEmpty()) {
            return List.of(present);
        }
        Map<String, DeviceDTO> named = new HashMap<>();
        for (DeviceDTO device : present) {
            named.put(device.name, device);
        }
        List<DeviceDTO> asked = new ArrayList<>();
        for (String name : call.operands()) {
            if (!named.containsKey(name)) {
                throw call.failure("no device " + name);
            }
            asked.add(named.get(name));
        }
        return asked;
    }

    /** Those that a call names. */
    List<ContextDTO> named(Call call) throws CommandException {
        DeviceDTO[] devices = runtime.snapshot(0).devices;
        List<ContextDTO> asked = new ArrayList<>();
        for (String id : call.operands()) {
            asked.add(find(call, devices, id));
        }
        return asked;
    }

    private ContextDTO find(Call call, DeviceDTO[] devices, String id) throws CommandException {
        if (id.matches("\\d{1,18}")) {
            long number = Long.parseLong(id);
            for (DeviceDTO device : devices) {
                for (ContextDTO context : runtime.contexts(device.name, number - 1, 1)) {
                    if (context.id == number) {
                        return context;
                    }
                }
            }
        }
        throw call.failure("no context " + id + "; tee:contexts lists them");
    }

    /** Some ids to choose from, of each device the oldest. */
    List<String> someIds() {
        List<String> ids = new ArrayList<>();
        for (DeviceDTO device : runtime.snapshot(0).devices) {
            runtime.contexts(device.name, 0, Call.SHOWN).forEach(context -> ids.add(Long.toString(context.id)));
        }
        return ids;
    }

    List<ContextDTO> oldest(DeviceDTO device, int most) {
        return runtime.contexts(device.name, 0, most);
    }

    /**
     * As many of a device as there were, the oldest first and one page after the other: others may open them faster.
     */
    void forEachPage(DeviceDTO device, Consumer<List<ContextDTO>> action) {
        long last = 0;
        int left = device.contextCount;
        while (left > 0) {
            List<ContextDTO> page = runtime.contexts(device.name, last, Math.min(left, PAGE));
            if (page.isEmpty()) {
                return;
            }
            action.accept(page);
            left -= page.size();
            last = page.get(page.size() - 1).id;
        }
    }
}
