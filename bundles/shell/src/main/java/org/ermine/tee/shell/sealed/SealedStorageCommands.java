// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.command.ProgressLine;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.shell.text.Units;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The commands that seal files and bring them back. A component of its own: without the sealed storage bundle, whose
 * package is imported optionally, it is never activated.
 */
@Component(
        service = Commands.class,
        property = {
            "osgi.command.scope=tee",
            "osgi.command.function=seal",
            "osgi.command.function=unseal",
            "osgi.command.function=ls",
            "osgi.command.function=salvageable",
            "osgi.command.function=rm",
            "osgi.command.function=mv",
            "osgi.command.function=drawers"
        })
public final class SealedStorageCommands implements Commands {

    private static final String FORCE = "--force";
    private static final String DRAWER = "--drawer";
    private static final String TO = "--to";
    private static final String SALVAGE = "--salvage";
    private static final String EMPTY = "Nothing is sealed.";

    private static final String DRAWER_LINE =
            "\n-d, --drawer DRAWER  where the objects are; by default the shell's own drawer";

    private static final String SEAL = """
            FILE         the file to seal; it stays as it is
            [NAME]       the name of the sealed object; by default that of the file
            -f, --force  replace an object that has this name""" + DRAWER_LINE;
    private static final String UNSEAL = """
            NAME         the sealed object
            [TARGET]     the file to write, or a folder; by default the present one
            -f, --force  replace the file
            --salvage    of a store that is refused: what is authentic, be it the latest or not""" + DRAWER_LINE;
    private static final String LS = Call.ALL_LINE + DRAWER_LINE;
    private static final String SALVAGEABLE =
            Call.ALL_LINE + "\n-d, --drawer DRAWER  where the objects are; by default in all drawers";
    private static final String RM = "NAME...  the sealed objects" + DRAWER_LINE;
    private static final String MV = """
            NAME         the sealed object
            [NEWNAME]    its new name; by default it keeps the one it has
            -f, --force  replace an object that has the new name, in the same drawer
            -t, --to DRAWER  the drawer that it is put in; by default it stays where it is""" + DRAWER_LINE;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private final SealedStorage storage;
    private final SealedStorageAdmin admin;

    @Activate
    public SealedStorageCommands(@Reference SealedStorage storage, @Reference SealedStorageAdmin admin) {
        this.storage = storage;
        this.admin = admin;
    }

    @Descriptor("seals a file: a trusted application encrypts it, and only this device can read it again")
    public void seal(CommandSession session, @Descriptor(SEAL) String[] arguments) throws CommandException {
        usage("seal").run(session, arguments, call -> failing(call, this::seal));
    }

    @Descriptor("writes what was sealed into a file")
    public void unseal(CommandSession session, @Descriptor(UNSEAL) String[] arguments) throws CommandException {
        usage("unseal").run(session, arguments, call -> failing(call, this::unseal));
    }

    @Descriptor("lists the sealed objects")
    public void ls(CommandSession session, @Descriptor(LS) String[] arguments) throws CommandException {
        usage("ls").run(session, arguments, call -> failing(call, this::ls));
    }

    /**
     * A command of its own, as it tells the names of all bundles' objects, and so is not for all who may list the
     * shell's.
     */
    @Descriptor("lists what can be salvaged of a store that is refused, of all bundles")
    public void salvageable(CommandSession session, @Descriptor(SALVAGEABLE) String[] arguments)
            throws CommandException {
        usage("salvageable").run(session, arguments, call -> failing(call, this::listSalvageable));
    }

    @Descriptor("removes sealed objects for good")
    public void rm(CommandSession session, @Descriptor(RM) String[] arguments) throws CommandException {
        usage("rm").run(session, arguments, call -> failing(call, this::rm));
    }

    @Descriptor("gives a sealed object another name, or puts it in another drawer")
    public void mv(CommandSession session, @Descriptor(MV) String[] arguments) throws CommandException {
        usage("mv").run(session, arguments, call -> failing(call, this::mv));
    }

    @Descriptor("lists the drawers of sealed objects that the shell may use")
    public void drawers(CommandSession session, @Descriptor(Call.ALL_LINE) String[] arguments) throws CommandException {
        usage("drawers").run(session, arguments, call -> failing(call, this::drawers));
    }

    /** Candidates for completion: names of sealed objects. */
    private List<String> names() throws SealedStorageException {
        return storage.list().stream().map(SealedEntry::name).toList();
    }

    @Override
    public Map<String, Candidates> candidates() {
        Candidates names = Candidates.of(this::names);
        return Map.of(
                "seal",
                Candidates.FILES,
                "unseal",
                names,
                "ls",
                Candidates.NOTHING,
                "salvageable",
                Candidates.NOTHING,
                "rm",
                names,
                "mv",
                names,
                "drawers",
                Candidates.NOTHING);
    }

    private void seal(Call call) throws CommandException, SealedStorageException {
        Path source = path(call.session().currentDir(), call.operands().get(0), call);
        String name = call.operands().size() > 1 ? call.operands().get(1) : fileName(call, source);
        SealedStorage drawer = drawer(call, DRAWER);
        try (ProgressLine progress = new ProgressLine(call.console(), "sealing " + name, System::nanoTime)) {
            SealedEntry entry = call.has(FORCE)
                    ? drawer.seal(name, source, progress::update)
                    : drawer.sealNew(name, source, progress::update);
            progress.replaceBy("sealed " + name, entry.size());
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.ALREADY_EXISTS) {
                throw call.failure(name + " is sealed already; " + FORCE + " replaces it");
            }
            throw e;
        }
    }

    private void unseal(Call call) throws CommandException, SealedStorageException {
        String name = call.operands().get(0);
        Path target = target(call, name);
        if (!call.has(FORCE) && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            throw call.failure(target + " exists; " + FORCE + " replaces it");
        }
        if (call.has(SALVAGE)) {
            salvage(call, name, target);
            return;
        }
        try (ProgressLine progress = new ProgressLine(call.console(), "unsealing " + name, System::nanoTime)) {
            drawer(call, DRAWER).unseal(name, target, progress::update);
            progress.replaceBy(
                    "unsealed " + name + " into " + target, target.toFile().length());
        }
    }

    private void salvage(Call call, String name, Path target) throws CommandException, SealedStorageException {
        SalvagedEntry entry = salvageable(call, name);
        try (ProgressLine progress = new ProgressLine(call.console(), "salvaging " + name, System::nanoTime)) {
            admin.salvage(entry.drawer(), entry.name(), target, progress::update);
            progress.replaceBy(
                    "salvaged " + name + " into " + target + ", which need not be the latest",
                    target.toFile().length());
        }
    }

    /** What is meant by a name, or by that of a drawer, a colon, and a name. */
    private SalvagedEntry salvageable(Call call, String name) throws CommandException, SealedStorageException {
        List<SalvagedEntry> found = salvageable(call).stream()
                .filter(entry -> entry.name().equals(name) || qualified(entry).equals(name))
                .toList();
        if (found.isEmpty()) {
            throw call.failure("nothing can be salvaged as " + name + "; tee:salvageable lists what can");
        }
        if (found.size() > 1) {
            throw call.failure("there are several: "
                    + found.stream().map(SealedStorageCommands::qualified).collect(Collectors.joining(", ")));
        }
        return found.get(0);
    }

    /** What can be salvaged of the drawer that is named, or of all where none is. */
    private List<SalvagedEntry> salvageable(Call call) throws SealedStorageException {
        String drawer = call.value(DRAWER);
        return admin.salvageable().stream()
                .filter(entry -> drawer.isEmpty() || entry.drawer().equals(drawer))
                .toList();
    }

    private static String qualified(SalvagedEntry entry) {
        return entry.drawer() + ":" + entry.name();
    }

    private void listSalvageable(Call call) throws SealedStorageException {
        Table table = call.table("#SIZE", "SEALED AT", "DRAWER", "NAME");
        for (SalvagedEntry entry : salvageable(call)) {
            table.row(Units.size(entry.size()), time(entry.created()), entry.drawer(), entry.name());
        }
        call.console().print(table, "Nothing can be salvaged.");
    }

    private static String time(Instant time) {
        return TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    private void ls(Call call) throws SealedStorageException {
        Table table = call.table("#SIZE", "SEALED AT", "NAME");
        for (SealedEntry entry : drawer(call, DRAWER).list()) {
            table.row(Units.size(entry.size()), time(entry.created()), entry.name());
        }
        call.console().print(table, EMPTY);
    }

    private void drawers(Call call) throws SealedStorageException {
        Table table = call.table("#OBJECTS", "#SIZE", "DRAWER");
        for (SealedDrawer drawer : storage.drawers()) {
            table.row(Long.toString(drawer.objects()), Units.size(drawer.size()), drawer.name());
        }
        call.console().print(table, EMPTY);
    }

    private void mv(Call call) throws CommandException, SealedStorageException {
        String name = call.operands().get(0);
        String newName = call.operands().size() > 1 ? call.operands().get(1) : name;
        if (call.has(TO)) {
            if (!newName.equals(name) || call.has(FORCE)) {
                throw call.failure("an object keeps its name, and replaces nothing, on its way to another drawer");
            }
            drawer(call, TO).takeFrom(call.value(DRAWER), name);
        } else if (call.has(FORCE)) {
            drawer(call, DRAWER).rename(name, newName);
        } else {
            drawer(call, DRAWER).renameNew(name, newName);
        }
    }

    /** The drawer that a flag names, or the shell's own. */
    private SealedStorage drawer(Call call, String flag) throws SealedStorageException {
        return call.value(flag).isEmpty() ? storage : storage.drawer(call.value(flag));
    }

    private void rm(Call call) throws CommandException, SealedStorageException {
        List<String> missing = new ArrayList<>();
        SealedStorage drawer = drawer(call, DRAWER);
        for (String name : call.operands()) {
            if (!drawer.remove(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw call.failure("not sealed: " + String.join(", ", missing));
        }
    }

    @FunctionalInterface
    private interface Action {
        void run(Call call) throws CommandException, SealedStorageException;
    }

    private static void failing(Call call, Action action) throws CommandException {
        try {
            action.run(call);
        } catch (SealedStorageException e) {
            throw call.failure(e.getMessage());
        }
    }

    private static Path path(Path folder, String name, Call call) throws CommandException {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw call.failure("not a file name: " + name);
        }
    }

    /** Where to unseal: the file named, or one with the object's name in the folder that is named. */
    private static Path target(Call call, String name) throws CommandException {
        Path folder = call.session().currentDir();
        Path named = call.operands().size() > 1 ? path(folder, call.operands().get(1), call) : folder;
        if (!Files.isDirectory(named)) {
            return named;
        }
        if (name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
            throw call.failure(name + " is no name for a file; name the file to write");
        }
        return path(named, name, call);
    }

    private static String fileName(Call call, Path source) throws CommandException {
        Path name = source.normalize().getFileName();
        if (name == null) {
            throw call.failure(source + " is no file");
        }
        return name.toString();
    }

    private static CommandUsage usage(String name) {
        return CommandUsage.of(SealedStorageCommands.class, name);
    }
}
