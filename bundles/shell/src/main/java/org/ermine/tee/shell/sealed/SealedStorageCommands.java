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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
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

/** The commands that seal files and bring them back. */
public final class SealedStorageCommands implements Commands {

    private static final String FORCE = "--force";
    private static final String DRAWER = Salvage.DRAWER;
    private static final String DRAWER_SHORT = "-d";
    private static final String TO = "--to";
    private static final String TO_SHORT = "-t";
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
            Call.ALL_LINE + "\n-d, --drawer DRAWER  where the objects are; by default in all drawers\n" + Salvage.VERIFY
                    + "  read each object, and tell which are damaged";
    private static final String RM = "NAME...  the sealed objects; where one is missing, none is removed" + DRAWER_LINE;
    private static final String MV = """
            NAME         the sealed object
            [NEWNAME]    its new name; by default it keeps the one it has
            -f, --force  replace an object that has the new name, in the same drawer
            -t, --to DRAWER  the drawer that it is put in; by default it stays where it is""" + DRAWER_LINE;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private final SealedStorage storage;
    private final Salvage salvage;

    public SealedStorageCommands(SealedStorage storage, SealedStorageAdmin admin) {
        this.storage = storage;
        salvage = new Salvage(storage, admin);
    }

    @Descriptor("seals a file: a trusted application encrypts it, and only this device can read it again")
    public void seal(CommandSession session, @Descriptor(SEAL) String[] arguments) throws CommandException {
        usage("seal").run(session, arguments, call -> Refusal.tell(call, this::seal));
    }

    @Descriptor("writes what was sealed into a file")
    public void unseal(CommandSession session, @Descriptor(UNSEAL) String[] arguments) throws CommandException {
        usage("unseal").run(session, arguments, call -> Refusal.tell(call, this::unseal));
    }

    @Descriptor("lists the sealed objects")
    public void ls(CommandSession session, @Descriptor(LS) String[] arguments) throws CommandException {
        usage("ls").run(session, arguments, call -> Refusal.tell(call, this::ls));
    }

    /**
     * A command of its own, as it tells the names of all bundles' objects, and so is not for all who may list the
     * shell's.
     */
    @Descriptor("lists what can be salvaged of a store that is refused, of all bundles")
    public void salvageable(CommandSession session, @Descriptor(SALVAGEABLE) String[] arguments)
            throws CommandException {
        usage("salvageable").run(session, arguments, call -> Refusal.tell(call, salvage::list));
    }

    @Descriptor("removes sealed objects for good")
    public void rm(CommandSession session, @Descriptor(RM) String[] arguments) throws CommandException {
        usage("rm").run(session, arguments, call -> Refusal.tell(call, this::rm));
    }

    @Descriptor("gives a sealed object another name, or puts it in another drawer")
    public void mv(CommandSession session, @Descriptor(MV) String[] arguments) throws CommandException {
        usage("mv").run(session, arguments, call -> Refusal.tell(call, this::mv));
    }

    @Descriptor("lists the drawers of sealed objects that the shell may use")
    public void drawers(CommandSession session, @Descriptor(Call.ALL_LINE) String[] arguments) throws CommandException {
        usage("drawers").run(session, arguments, call -> Refusal.tell(call, this::drawers));
    }

    /** Candidates for completion: names of sealed objects, in the drawer that was named before. */
    private List<String> names(List<String> before) throws SealedStorageException {
        int flag = Math.max(before.lastIndexOf(DRAWER), before.lastIndexOf(DRAWER_SHORT));
        String drawer = flag < 0 || flag == before.size() - 1 ? "" : before.get(flag + 1);
        SealedStorage place = drawer.isEmpty() ? storage : storage.drawer(drawer);
        return place.list().stream().map(SealedEntry::name).toList();
    }

    private List<String> drawerNames() throws SealedStorageException {
        return storage.drawers().stream().map(SealedDrawer::name).toList();
    }

    @Override
    public Map<String, Candidates> candidates() {
        Candidates names = inDrawer(Candidates.of(this::names));
        return Map.of(
                "seal",
                inDrawer(Candidates.FILES),
                "unseal",
                names,
                "ls",
                inDrawer(Candidates.NOTHING),
                "salvageable",
                inDrawer(Candidates.NOTHING),
                "rm",
                names,
                "mv",
                names.withValues(this::drawerNames, TO, TO_SHORT),
                "drawers",
                Candidates.NOTHING);
    }

    private Candidates inDrawer(Candidates operands) {
        return operands.withValues(this::drawerNames, DRAWER, DRAWER_SHORT);
    }

    private void seal(Call call) throws CommandException, SealedStorageException {
        Path source = path(call.session().currentDir(), call.operands().get(0), call);
        String name = call.operands().size() > 1 ? call.operands().get(1) : fileName(call, source);
        SealedStorage drawer = drawer(call, DRAWER);
        try (ProgressLine progress =
                new ProgressLine(call.console(), "sealing " + Refusal.quote(name), System::nanoTime)) {
            SealedEntry entry = call.has(FORCE)
                    ? drawer.seal(name, source, progress::update)
                    : drawer.sealNew(name, source, progress::update);
            progress.replaceBy("sealed " + Refusal.quote(name), entry.size());
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.ALREADY_EXISTS) {
                throw call.failure(e.fault() + "; " + FORCE + " replaces it");
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
            salvage.unseal(call, name, target);
            return;
        }
        try (ProgressLine progress =
                new ProgressLine(call.console(), "unsealing " + Refusal.quote(name), System::nanoTime)) {
            drawer(call, DRAWER).unseal(name, target, progress::update);
            progress.replaceBy(
                    "unsealed " + Refusal.quote(name) + " into " + target,
                    target.toFile().length());
        }
    }

    static String time(Instant time) {
        return TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    private void ls(Call call) throws SealedStorageException {
        Table table = call.table("#SIZE", "SEALED AT", "NAME");
        for (SealedEntry entry : drawer(call, DRAWER).list()) {
            table.row(Units.size(entry.size()), time(entry.created()), entry.name());
        }
        call.console().print(table, nothingIn(call.value(DRAWER)));
    }

    private static String nothingIn(String drawer) {
        return drawer.isEmpty() ? EMPTY : "Nothing is sealed in drawer " + Table.printable(Refusal.quote(drawer)) + ".";
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
        if (call.has(TO)) {
            putInDrawer(call, name);
        } else if (call.operands().size() > 1) {
            rename(call, name, call.operands().get(1));
        } else {
            throw call.failure("name a new name, or by " + TO + " another drawer");
        }
    }

    private void putInDrawer(Call call, String name) throws CommandException, SealedStorageException {
        if (call.operands().size() > 1 || call.has(FORCE)) {
            throw call.failure("an object keeps its name, and replaces nothing, on its way to another drawer");
        }
        drawer(call, TO).takeFrom(call.value(DRAWER), name);
        say(call, "moved " + Refusal.quote(name) + " to drawer " + Refusal.quote(call.value(TO)));
    }

    private void rename(Call call, String name, String newName) throws CommandException, SealedStorageException {
        SealedStorage drawer = drawer(call, DRAWER);
        try {
            if (call.has(FORCE)) {
                drawer.rename(name, newName);
            } else {
                drawer.renameNew(name, newName);
            }
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.ALREADY_EXISTS) {
                throw call.failure(e.fault() + "; " + FORCE + " replaces it");
            }
            throw e;
        }
        say(call, "renamed " + Refusal.quote(name) + " to " + Refusal.quote(newName));
    }

    private static void say(Call call, String done) {
        call.console().say(Table.printable(done));
    }

    /** The drawer that a flag names, or the shell's own. */
    private SealedStorage drawer(Call call, String flag) throws SealedStorageException {
        return call.value(flag).isEmpty() ? storage : storage.drawer(call.value(flag));
    }

    private void rm(Call call) throws CommandException, SealedStorageException {
        SealedStorage drawer = drawer(call, DRAWER);
        Set<String> names = new LinkedHashSet<>(call.operands());
        requireAll(call, drawer, names);
        List<String> removed = new ArrayList<>();
        for (String name : names) {
            try {
                drawer.remove(name);
                removed.add(name);
            } catch (SealedStorageException e) {
                if (removed.isEmpty()) {
                    throw e;
                }
                throw Refusal.of(call, e, "Removed before that: " + quoted(removed) + ".");
            }
        }
        say(call, "removed " + quoted(removed));
    }

    private static void requireAll(Call call, SealedStorage drawer, Set<String> names)
            throws CommandException, SealedStorageException {
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            if (drawer.get(name).isEmpty()) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            String where = call.has(DRAWER) ? " in drawer " + Refusal.quote(call.value(DRAWER)) : "";
            throw call.failure("nothing is sealed as " + quoted(missing) + where + "; nothing was removed");
        }
    }

    private static String quoted(List<String> names) {
        return names.stream().map(Refusal::quote).collect(Collectors.joining(", "));
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
            throw call.failure(Refusal.quote(name) + " is no name for a file; name the file to write");
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
