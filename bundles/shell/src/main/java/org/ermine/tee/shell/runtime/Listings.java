// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.OwnerDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.shell.text.Units;

/** Tables of what {@link org.ermine.tee.runtime.TeeRuntime} tells. */
public final class Listings {

    private Listings() {}

    static Table devices(Call call, RuntimeDTO state) {
        boolean abandoned = Arrays.stream(state.devices).anyMatch(device -> device.abandonedCalls > 0);
        List<String> header = new ArrayList<>(
                List.of("NAME", "TEE", "VERSION", "KIND", "#CONTEXTS", "#PENDING RELEASES", "#LEAKED OBJECTS"));
        if (abandoned) {
            header.add("#ABANDONED CALLS");
        }
        Table table = call.table(header.toArray(String[]::new));
        for (DeviceDTO device : state.devices) {
            List<Object> row = row(device);
            if (abandoned) {
                row.add(device.abandonedCalls);
            }
            table.row(row.toArray());
        }
        return table;
    }

    private static List<Object> row(DeviceDTO device) {
        return new ArrayList<>(List.of(
                device.name,
                implementation(device.implementation),
                device.release.isEmpty() ? "unknown" : device.release,
                device.development ? "development" : "real",
                device.contextCount,
                device.pendingReleases,
                device.leakedObjects));
    }

    static Table contexts(Call call) {
        return call.table(
                "#ID", "DEVICE", "OWNER", "#BUNDLE", "STATE", "#AGE", "#OBJECTS", "#CALLBACKS", "#MEMORY", "#REQUESTS");
    }

    /** Adds a row to {@link #contexts}. */
    static void add(Table contexts, DeviceDTO device, ContextDTO context, long now) {
        contexts.row(
                context.id,
                device.name,
                context.owner,
                context.ownerBundleId,
                context.closed ? "closed" : "open",
                Units.span(now - context.openedAt),
                context.teeObjects,
                context.callbackObjects,
                context.sharedMemories,
                context.requests.length);
    }

    /** What contexts hold together. */
    static Table owners(Call call, List<DeviceDTO> devices) {
        Table table =
                call.table("OWNER", "#BUNDLE", "DEVICE", "#CONTEXTS", "#OBJECTS", "#CALLBACKS", "#MEMORY", "#REQUESTS");
        for (DeviceDTO device : devices) {
            for (OwnerDTO owner : device.owners) {
                table.row(
                        owner.owner,
                        owner.ownerBundleId,
                        device.name,
                        owner.contexts,
                        owner.teeObjects,
                        owner.callbackObjects,
                        owner.sharedMemories,
                        owner.requests);
            }
        }
        return table;
    }

    static Table objects(Call call, ContextDTO context, List<ObjectDTO> objects) {
        Table table = call.table("#CONTEXT", "#ID", "KIND", "DESCRIPTION");
        objects.forEach(object -> table.row(context.id, object.id, object.kind, object.description));
        return table;
    }

    static Table requests(Call call) {
        return call.table("#CONTEXT", "OWNER", "#ID", "#OBJECT", "#OP", "STATE", "#AGE");
    }

    /** Adds rows to {@link #requests}. */
    static void add(Table requests, ContextDTO context) {
        for (RequestDTO request : context.requests) {
            requests.row(
                    context.id,
                    context.owner,
                    request.id,
                    request.object,
                    request.op,
                    request.state,
                    Units.span(request.age));
        }
    }

    static Table handlers(Call call, RuntimeDTO state, long now) {
        Table table = call.table(
                "KIND",
                "NAME",
                "BUNDLE",
                "#SERVICE",
                "#RANKING",
                "STATE",
                "DEVICES",
                "#REQUESTS",
                "#IN PROGRESS",
                "#FAILURES",
                "#AGE");
        for (HandlerDTO handler : state.handlers) {
            table.row(
                    handler.kind,
                    handler.name,
                    handler.bundle,
                    handler.serviceId,
                    handler.ranking,
                    handler.active ? "active" : "standby",
                    String.join(" ", handler.devices),
                    handler.requests,
                    handler.inProgress,
                    handler.failures,
                    Units.span(now - handler.boundAt));
        }
        return table;
    }

    static Table swaps(Call call, RuntimeDTO state, long now) {
        Table table = call.table("KIND", "NAME", "FROM", "TO", "#VACANT", "#AGE");
        for (HandlerSwapDTO swap : state.swaps) {
            table.row(
                    swap.kind,
                    swap.name,
                    swap.from.isEmpty() ? "-" : swap.from,
                    swap.to.isEmpty() ? "-" : swap.to,
                    Units.span(swap.vacantMillis),
                    Units.span(now - swap.at));
        }
        return table;
    }

    static Table failedHandlers(Call call, RuntimeDTO state, Predicate<String> kinds) {
        Table table = call.table("KIND", "NAME", "BUNDLE", "#SERVICE", "REASON");
        for (FailedHandlerDTO handler : state.failedHandlers) {
            if (kinds.test(handler.kind)) {
                String service = handler.serviceId < 0 ? "-" : Long.toString(handler.serviceId);
                table.row(handler.kind, handler.name, handler.bundle, service, handler.reason);
            }
        }
        return table;
    }

    static Table rules(Call call, RuntimeDTO state) {
        Table table = call.table("RULE");
        Stream.of(state.permissions.rules).forEach(table::row);
        return table;
    }

    static Table refusals(Call call, RuntimeDTO state, long now) {
        Table table = call.table("BUNDLE", "#ID", "OPTION", "#REFUSED", "LAST", "#AGE", "REASON");
        for (RefusalDTO refusal : state.permissions.refusals) {
            table.row(
                    refusal.bundle,
                    refusal.bundleId,
                    refusal.option,
                    refusal.count,
                    refusal.name,
                    Units.span(now - refusal.lastAt),
                    refusal.reason);
        }
        return table;
    }

    public static Table failedTrustedServices(Call call, RuntimeDTO state) {
        Table table = call.table("KIND", "NAME", "BUNDLE", "#SERVICE", "REASON");
        for (FailedTrustedServiceDTO service : state.failedTrustedServices) {
            table.row(service.kind, service.name, service.bundle, service.serviceId, service.reason);
        }
        return table;
    }

    /** The name of a {@linkplain TeeVersion#implementation() TEE implementation}. */
    public static String implementation(int number) {
        return switch (number) {
            case TeeVersion.OPTEE -> "OP-TEE";
            case TeeVersion.AMD -> "AMD-TEE";
            case TeeVersion.TRUSTED_SERVICES -> "Trusted Services";
            case TeeVersion.QTEE -> "QTEE";
            default -> "implementation " + number;
        };
    }
}
