// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.ProgressLine;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.shell.text.Units;

/** What the commands do with a store that is refused. */
final class Salvage {

    static final String DRAWER = "--drawer";
    static final String VERIFY = "--verify";

    private final SealedStorage storage;
    private final SealedStorageAdmin admin;

    Salvage(SealedStorage storage, SealedStorageAdmin admin) {
        this.storage = storage;
        this.admin = admin;
    }

    void list(Call call) throws SealedStorageException {
        boolean verified = call.has(VERIFY);
        Table table = verified
                ? call.table("#SIZE", "SEALED AT", "DRAWER", "NAME", "STATE")
                : call.table("#SIZE", "SEALED AT", "DRAWER", "NAME");
        (verified ? verify(call) : unverified()).forEach((entry, damage) -> {
            if (isWanted(call, entry)) {
                add(table, entry, verified, damage);
            }
        });
        call.console().print(table, "Nothing can be salvaged.");
        call.console().say(advice(table, verified));
    }

    private static void add(
            Table table, SalvagedEntry entry, boolean verified, Optional<SealedStorageException> damage) {
        String size = Units.size(entry.size());
        String time = SealedStorageCommands.time(entry.created());
        if (verified) {
            String state = damage.map(SealedStorageException::fault).orElse("whole");
            table.row(size, time, entry.drawer(), entry.name(), state);
        } else {
            table.row(size, time, entry.drawer(), entry.name());
        }
    }

    private Map<SalvagedEntry, Optional<SealedStorageException>> verify(Call call) throws SealedStorageException {
        try (ProgressLine progress = new ProgressLine(call.console(), "reading", System::nanoTime)) {
            return admin.verifySalvageable(progress::update);
        }
    }

    private Map<SalvagedEntry, Optional<SealedStorageException>> unverified() throws SealedStorageException {
        Map<SalvagedEntry, Optional<SealedStorageException>> entries = new LinkedHashMap<>();
        admin.salvageable().forEach(entry -> entries.put(entry, Optional.empty()));
        return entries;
    }

    private String advice(Table table, boolean verified) {
        if (!isRefused()) {
            return "The store is not refused: tee:unseal reads what is sealed, and that is the latest.";
        }
        String anew = "tee:reset-store begins anew, then tee:restore brings back a backup.";
        return table.isEmpty()
                ? "The store is refused: " + anew
                : "The store is refused. tee:unseal --salvage writes one of these into a file; it need not be the"
                        + " latest. "
                        + (verified ? "" : VERIFY + " tells which of them are damaged. ") + "After that " + anew;
    }

    private boolean isRefused() {
        try {
            storage.list();
            return false;
        } catch (SealedStorageException e) {
            return Refusal.concernsWhatIsStored(e);
        }
    }

    void unseal(Call call, String name, Path target) throws CommandException, SealedStorageException {
        SalvagedEntry entry = find(call, name);
        try (ProgressLine progress =
                new ProgressLine(call.console(), "salvaging " + Refusal.quote(entry.name()), System::nanoTime)) {
            admin.salvage(entry.drawer(), entry.name(), target, progress::update);
            progress.replaceBy(
                    "salvaged " + Refusal.quote(entry.name()) + " into " + target + ", which need not be the latest",
                    target.toFile().length());
        }
    }

    /** What is meant by a name, or by that of a drawer, a colon, and a name. */
    private SalvagedEntry find(Call call, String name) throws CommandException, SealedStorageException {
        List<SalvagedEntry> found = admin.salvageable().stream()
                .filter(entry -> isWanted(call, entry))
                .filter(entry -> entry.name().equals(name) || qualified(entry).equals(name))
                .toList();
        if (found.isEmpty()) {
            throw call.failure(
                    "nothing can be salvaged as " + Refusal.quote(name) + "; tee:salvageable lists what can");
        }
        if (found.size() > 1) {
            throw call.failure("there are several, " + DRAWER + " tells which: "
                    + found.stream().map(Salvage::quoted).collect(Collectors.joining(", ")));
        }
        return found.get(0);
    }

    /** Whether it is in the drawer that is named, or none is. */
    private static boolean isWanted(Call call, SalvagedEntry entry) {
        return !call.has(DRAWER) || entry.drawer().equals(call.value(DRAWER));
    }

    private static String qualified(SalvagedEntry entry) {
        return entry.drawer() + ":" + entry.name();
    }

    private static String quoted(SalvagedEntry entry) {
        return Refusal.quote(entry.name()) + " in drawer " + Refusal.quote(entry.drawer());
    }
}
