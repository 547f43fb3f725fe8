// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.RequireTee;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands that list what is open, by whom, and what waits for what. They read {@link TeeRuntime} and nothing else. */
@Component(
        service = Commands.class,
        property = {
            "osgi.command.scope=tee",
            "osgi.command.function=devices",
            "osgi.command.function=contexts",
            "osgi.command.function=objects",
            "osgi.command.function=requests",
            "osgi.command.function=handlers",
            "osgi.command.function=permissions"
        })
@RequireTee
public final class RuntimeCommands implements Commands {

    static final String NO_DEVICE = "No device. Is a backend such as org.ermine.tee.qcomtee deployed?";

    /** Objects of one context that are shown unless all are asked for. */
    private static final int SHOWN_OBJECTS = 100;

    /** Kinds of handlers of which devices are made. */
    private static final Set<String> MAKING_DEVICES = Set.of("driver", "channel");

    private static final String ALL = "--all";

    private static final String CONTEXTS = "[DEVICE]...  show only contexts of these devices";
    private static final String OBJECTS = """
            CONTEXT...  ids of contexts, as tee:contexts shows them
            -a, --all   show all objects, not only the oldest 100 of a context""";
    private static final String SWAPS = "--swaps";
    private static final String HANDLERS = "-s, --swaps  show which handlers took over from which";
    private static final String REQUESTS = "[CONTEXT]...  show only requests of these contexts";

    private final TeeRuntime runtime;
    private final Clock clock;

    @Activate
    public RuntimeCommands(@Reference TeeRuntime runtime) {
        this(runtime, Clock.systemUTC());
    }

    RuntimeCommands(TeeRuntime runtime, Clock clock) {
        this.runtime = runtime;
        this.clock = clock;
    }

    @Descriptor("lists the devices, each a trusted execution environment")
    public void devices(CommandSession session, @Descriptor(Usage.NOTHING) String[] arguments) throws CommandException {
        usage("devices").run(session, arguments, this::devices);
    }

    @Descriptor("lists the contexts that are open, or closed and still referred to by the device")
    public void contexts(CommandSession session, @Descriptor(CONTEXTS) String[] arguments) throws CommandException {
        usage("contexts").run(session, arguments, this::contexts);
    }

    @Descriptor("lists the objects of contexts: held in the TEE, called back by it, and shared memory")
    public void objects(CommandSession session, @Descriptor(OBJECTS) String[] arguments) throws CommandException {
        usage("objects").run(session, arguments, this::objects);
    }

    @Descriptor("lists the requests to callback objects that are not answered yet")
    public void requests(CommandSession session, @Descriptor(REQUESTS) String[] arguments) throws CommandException {
        usage("requests").run(session, arguments, this::requests);
    }

    @Descriptor("lists the handlers that serve the TEE, and those that cannot")
    public void handlers(CommandSession session, @Descriptor(HANDLERS) String[] arguments) throws CommandException {
        usage("handlers").run(session, arguments, this::handlers);
    }

    /** The names of the devices, to choose from. */
    static Candidates devices(TeeRuntime runtime) {
        return Candidates.of(() -> Arrays.stream(runtime.snapshot().devices)
                .map(device -> device.name)
                .toList());
    }

    private List<String> contextIds() {
        return Listings.contexts(runtime.snapshot())
                .map(context -> Long.toString(context.id))
                .toList();
    }

    @Descriptor("lists what bundles are permitted, and what was refused")
    public void permissions(CommandSession session, @Descriptor(Usage.NOTHING) String[] arguments)
            throws CommandException {
        usage("permissions").run(session, arguments, this::permissions);
    }

    @Override
    public Map<String, Candidates> candidates() {
        Candidates contexts = Candidates.of(this::contextIds);
        return Map.of(
                "devices",
                Candidates.NOTHING,
                "contexts",
                devices(runtime),
                "objects",
                contexts,
                "requests",
                contexts,
                "handlers",
                Candidates.NOTHING,
                "permissions",
                Candidates.NOTHING);
    }

    private void devices(Call call) {
        RuntimeDTO state = runtime.snapshot();
        Console console = call.console();
        console.print(Listings.devices(state), NO_DEVICE);
        printFailed(console, state, "What makes no device:", MAKING_DEVICES::contains);
    }

    private void contexts(Call call) throws CommandException {
        RuntimeDTO state = runtime.snapshot();
        List<String> names = call.operands();
        for (String name : names) {
            Listings.requireDevice(call, state, name);
        }
        Predicate<String> shown = names.isEmpty() ? name -> true : names::contains;
        call.console()
                .print(
                        Listings.contexts(state, shown, clock.millis()),
                        state.devices.length == 0 ? NO_DEVICE : "No context is open.");
    }

    private void objects(Call call) throws CommandException {
        RuntimeDTO state = runtime.snapshot();
        int limit = call.has(ALL) ? Integer.MAX_VALUE - 1 : SHOWN_OBJECTS;
        for (String operand : call.operands()) {
            ContextDTO context = Listings.requireContext(call, state, operand);
            // One more than is shown tells whether there are more.
            List<ObjectDTO> objects = runtime.objects(context.id, limit + 1);
            call.console().print(Listings.objects(context, objects, limit), "Context " + operand + " has no objects.");
            if (objects.size() > limit) {
                call.console().out().println("There are more; " + ALL + " shows them.");
            }
        }
    }

    private void requests(Call call) throws CommandException {
        RuntimeDTO state = runtime.snapshot();
        List<Long> ids = new ArrayList<>();
        for (String operand : call.operands()) {
            ids.add(Listings.requireContext(call, state, operand).id);
        }
        Predicate<Long> shown = ids.isEmpty() ? id -> true : ids::contains;
        call.console().print(Listings.requests(state, shown), "No request waits for an answer.");
    }

    private void handlers(Call call) {
        RuntimeDTO state = runtime.snapshot();
        Console console = call.console();
        if (call.has(SWAPS)) {
            console.print(Listings.swaps(state, clock.millis()), "No handler has come or gone.");
            return;
        }
        console.print(
                Listings.handlers(state, clock.millis()),
                "No handler. Is a bundle such as org.ermine.tee.supplicant.gpfs deployed?");
        printFailed(console, state, "Handlers that cannot be used:", kind -> true);
    }

    private static void printFailed(Console console, RuntimeDTO state, String title, Predicate<String> kinds) {
        if (Arrays.stream(state.failedHandlers).anyMatch(failed -> kinds.test(failed.kind))) {
            console.out().println();
            console.out().println(title);
            Listings.failedHandlers(state, kinds).print(console.out());
        }
    }

    private void permissions(Call call) {
        RuntimeDTO state = runtime.snapshot();
        Console console = call.console();
        String failure = state.permissions.failure;
        console.print(
                Listings.rules(state),
                failure.isEmpty() ? "Nothing is permitted." : "Nothing is permitted: " + Table.printable(failure));
        if (state.permissions.refusals.length > 0) {
            console.out().println();
            console.out().println("What was refused, " + state.permissions.refused + " times in all:");
            Listings.refusals(state, clock.millis()).print(console.out());
        }
    }

    private static Usage usage(String name) {
        return Usage.of(RuntimeCommands.class, name);
    }
}
