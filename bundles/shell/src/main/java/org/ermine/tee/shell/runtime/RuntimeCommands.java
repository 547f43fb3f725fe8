// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.RequireTee;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.command.Console;
import org.ermine.tee.shell.text.Table;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The commands that list what is open, by whom, and what waits for what. They read {@link TeeRuntime} and nothing else.
 */
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

    public static final String NO_DEVICE = "No device. Is a backend such as org.ermine.tee.qcomtee deployed?";

    /** Kinds of handlers of which devices are made. */
    private static final Set<String> MAKING_DEVICES = Set.of("driver", "channel");

    private static final String CONTEXTS = "[DEVICE]...  show only contexts of these devices\n" + Call.ALL_LINE;
    private static final String OBJECTS = """
            CONTEXT...  ids of contexts, as tee:contexts shows them
            -a, --all   show all objects, not only the oldest 100 of a context""";
    private static final String SWAPS = "--swaps";
    private static final String HANDLERS = "-s, --swaps  show which handlers took over from which\n" + Call.ALL_LINE;
    private static final String REQUESTS = "[CONTEXT]...  show only requests of these contexts\n" + Call.ALL_LINE;

    private final TeeRuntime runtime;
    private final Contexts contexts;
    private final Clock clock;

    @Activate
    public RuntimeCommands(@Reference(name = "runtime") TeeRuntime runtime) {
        this(runtime, Clock.systemUTC());
    }

    RuntimeCommands(TeeRuntime runtime, Clock clock) {
        this.runtime = runtime;
        this.contexts = new Contexts(runtime);
        this.clock = clock;
    }

    @Descriptor("lists the devices, each a trusted execution environment")
    public void devices(CommandSession session, @Descriptor(Call.ALL_LINE) String[] arguments) throws CommandException {
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

    @Descriptor("lists what bundles are permitted, and what was refused")
    public void permissions(CommandSession session, @Descriptor(Call.ALL_LINE) String[] arguments)
            throws CommandException {
        usage("permissions").run(session, arguments, this::permissions);
    }

    @Override
    public Map<String, Candidates> candidates() {
        Candidates ids = Candidates.of(contexts::someIds);
        return Map.of(
                "devices",
                Candidates.NOTHING,
                "contexts",
                Candidates.devices(runtime),
                "objects",
                ids,
                "requests",
                ids,
                "handlers",
                Candidates.NOTHING,
                "permissions",
                Candidates.NOTHING);
    }

    private void devices(Call call) {
        RuntimeDTO state = runtime.snapshot(0);
        call.console().print(Listings.devices(call, state), NO_DEVICE);
        printFailed(call, state, "What makes no device:", MAKING_DEVICES::contains);
    }

    private void contexts(Call call) throws CommandException {
        List<DeviceDTO> devices = contexts.devices(call);
        String ifEmpty = devices.isEmpty() ? NO_DEVICE : "No context is open.";
        if (call.has(Call.ALL)) {
            allContexts(call, devices, ifEmpty);
            return;
        }
        Table table = Listings.contexts(call);
        for (DeviceDTO device : devices) {
            List<ContextDTO> oldest = contexts.oldest(device, Call.SHOWN);
            oldest.forEach(context -> Listings.add(table, device, context, clock.millis()));
            table.leaveOut(Math.max(0, device.contextCount - oldest.size()));
        }
        call.console().print(table, ifEmpty);
        if (table.leftOut() > 0) {
            call.console().title("All together:");
            call.console().print(Listings.owners(call, devices), ifEmpty);
        }
    }

    /** A table for each page: however many there are, only one page is held at a time. */
    private void allContexts(Call call, List<DeviceDTO> devices, String ifEmpty) {
        Console console = call.console();
        boolean none = true;
        for (DeviceDTO device : devices) {
            none &= device.contextCount == 0;
            contexts.forEachPage(device, page -> {
                Table table = Listings.contexts(call);
                page.forEach(context -> Listings.add(table, device, context, clock.millis()));
                console.print(table, ifEmpty);
            });
        }
        if (none) {
            console.say(ifEmpty);
        }
    }

    private void objects(Call call) throws CommandException {
        int most = call.most();
        for (ContextDTO context : contexts.named(call)) {
            // One more than is shown tells whether there are more.
            List<ObjectDTO> objects = runtime.objects(context.id, most == Integer.MAX_VALUE ? most : most + 1);
            Table table = Listings.objects(call, context, objects);
            table.leaveOut(Math.max(0, held(context) - objects.size()));
            call.console().print(table, "Context " + context.id + " has no objects.");
        }
    }

    private static long held(ContextDTO context) {
        return (long) context.teeObjects + context.callbackObjects + context.sharedMemories;
    }

    private void requests(Call call) throws CommandException {
        Table table = Listings.requests(call);
        if (!call.operands().isEmpty()) {
            contexts.named(call).forEach(context -> Listings.add(table, context));
        } else if (call.has(Call.ALL)) {
            for (DeviceDTO device : runtime.snapshot(0).devices) {
                contexts.forEachPage(device, page -> page.forEach(context -> Listings.add(table, context)));
            }
        } else {
            someRequests(table);
        }
        call.console().print(table, "No request waits for an answer.");
    }

    /** Contexts in which requests wait come before others. */
    private void someRequests(Table table) {
        for (DeviceDTO device : runtime.snapshot(Call.SHOWN).devices) {
            long untold = Arrays.stream(device.owners)
                    .mapToLong(owner -> owner.requests)
                    .sum();
            for (ContextDTO context : device.contexts) {
                Listings.add(table, context);
                untold -= context.requests.length;
            }
            table.leaveOut(untold);
        }
    }

    private void handlers(Call call) {
        RuntimeDTO state = runtime.snapshot(0);
        Console console = call.console();
        if (call.has(SWAPS)) {
            console.print(Listings.swaps(call, state, clock.millis()), "No handler has come or gone.");
            return;
        }
        console.print(
                Listings.handlers(call, state, clock.millis()),
                "No handler. Is a bundle such as org.ermine.tee.supplicant.gpfs deployed?");
        printFailed(call, state, "Handlers that cannot be used:", kind -> true);
    }

    private static void printFailed(Call call, RuntimeDTO state, String title, Predicate<String> kinds) {
        Table failed = Listings.failedHandlers(call, state, kinds);
        if (!failed.isEmpty()) {
            call.console().title(title);
            call.console().print(failed, title);
        }
    }

    private void permissions(Call call) {
        RuntimeDTO state = runtime.snapshot(0);
        Console console = call.console();
        console.say(decider(state.permissions));
        if (state.permissions.failure.isEmpty() && !state.permissions.enforcedBy.isEmpty()) {
            console.print(Listings.rules(call, state), "Nothing is permitted.");
        }
        if (state.permissions.refusals.length > 0) {
            console.title("What was refused, " + state.permissions.refused + " times in all:");
            console.print(Listings.refusals(call, state, clock.millis()), "Nothing was refused.");
        }
    }

    /** Who decides, or what holds while nobody does. */
    private static String decider(PermissionsDTO permissions) {
        if (!permissions.failure.isEmpty()) {
            return "Nothing is permitted: " + Table.printable(permissions.failure);
        } else if (permissions.enforcedBy.isEmpty()) {
            return "No bundle decides what is permitted: everything is, but to speak for others.";
        }
        return Table.printable(permissions.enforcedBy) + " decides what is permitted; without a bundle that does, "
                + (permissions.required ? "nothing is." : "everything is.");
    }

    private static CommandUsage usage(String name) {
        return CommandUsage.of(RuntimeCommands.class, name);
    }
}
