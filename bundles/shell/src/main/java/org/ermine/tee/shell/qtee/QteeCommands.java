// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.RequireTee;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.runtime.Listings;
import org.ermine.tee.shell.runtime.RuntimeCommands;
import org.ermine.tee.shell.text.Table;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands that ask the TEE itself. Each opens a context of its own on each device, for as long as it runs. */
@Component(
        service = Commands.class,
        property = {"osgi.command.scope=tee", "osgi.command.function=info", "osgi.command.function=services"})
@RequireTee
public final class QteeCommands implements Commands {

    private static final String DEVICES = "[DEVICE]...  ask only these devices";
    private static final String LISTED = DEVICES + "\n" + Call.ALL_LINE;

    private final TeeRuntime runtime;
    private final Devices devices;
    private final TrustedServices trustedServices;

    @Activate
    public QteeCommands(BundleContext bundleContext, @Reference(name = "runtime") TeeRuntime runtime) {
        this.runtime = runtime;
        devices = new Devices(bundleContext);
        trustedServices = new TrustedServices(bundleContext);
    }

    @Descriptor("shows the version and the heap of the TEE, and the memory shared with it")
    public void info(CommandSession session, @Descriptor(DEVICES) String[] arguments) throws CommandException {
        CommandUsage.of(QteeCommands.class, "info").run(session, arguments, this::info);
    }

    @Descriptor("lists the services and applications that clients of the TEE can open, and those that they cannot")
    public void services(CommandSession session, @Descriptor(LISTED) String[] arguments) throws CommandException {
        CommandUsage.of(QteeCommands.class, "services").run(session, arguments, this::services);
    }

    @Override
    public Map<String, Candidates> candidates() {
        Candidates devices = Candidates.devices(runtime);
        return Map.of("info", devices, "services", devices);
    }

    private void info(Call call) throws CommandException {
        RuntimeDTO state = runtime.snapshot(0);
        if (state.devices.length == 0) {
            call.console().say(RuntimeCommands.NO_DEVICE);
        }
        devices.forEach(call, device -> DeviceInfo.print(device, call.console()));
        if (state.memory != null) {
            DeviceInfo.print(state.memory, call.console());
        }
    }

    private void services(Call call) throws CommandException {
        RuntimeDTO state = runtime.snapshot(0);
        Table table = call.table("KIND", "#UID", "NAME", "PROVIDED BY");
        Set<Integer> byBundles = trustedServices.addTo(table, failed(state));
        devices.forEach(call, device -> addOwnServices(table, device, byBundles));
        call.console().print(table, RuntimeCommands.NO_DEVICE);
        if (state.failedTrustedServices.length > 0) {
            call.console().title("Services and applications that clients do not reach:");
            call.console().print(Listings.failedTrustedServices(call, state), "All are reached.");
        }
    }

    private static Set<Long> failed(RuntimeDTO state) {
        return Arrays.stream(state.failedTrustedServices)
                .map(service -> service.serviceId)
                .collect(Collectors.toSet());
    }

    /** Adds QTEE's own services. Those that bundles bring to an emulated QTEE are in the table already. */
    private static void addOwnServices(Table table, TeeDevice device, Set<Integer> byBundles) throws TeeException {
        if (device.version().implementation() != TeeVersion.QTEE) {
            return;
        }
        try (TeeContext context = device.open();
                ClientEnv client = ClientEnv.register(context)) {
            for (PublicService service : PublicService.values()) {
                if (!byBundles.contains(service.uid()) && service.isOfferedTo(client)) {
                    table.row("service", service.uid(), service.interfaceName(), "device " + device.name());
                }
            }
        }
    }
}
