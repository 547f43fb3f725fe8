// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.command.ProgressLine;

/** The commands that write what is sealed into an archive, and seal what is in one. */
public final class BackupCommands implements Commands {

    private static final String FORCE = "--force";

    private static final String BACKUP = """
            ARCHIVE      the file to write
            PASSPHRASE   a file with the passphrase, 8 characters or more, in its first line
            -f, --force  replace the file""";
    private static final String RESTORE = """
            ARCHIVE      the file that backup wrote
            PASSPHRASE   a file with its passphrase in the first line
            -f, --force  replace objects that have the names of those in the archive""";

    private final SealedStorageAdmin admin;

    public BackupCommands(SealedStorageAdmin admin) {
        this.admin = admin;
    }

    @Descriptor("writes all that is sealed, by all bundles, into an archive that any device can restore")
    public void backup(CommandSession session, @Descriptor(BACKUP) String[] arguments) throws CommandException {
        CommandUsage.of(BackupCommands.class, "backup").run(session, arguments, this::backup);
    }

    @Descriptor("seals all that is in an archive of backup")
    public void restore(CommandSession session, @Descriptor(RESTORE) String[] arguments) throws CommandException {
        CommandUsage.of(BackupCommands.class, "restore").run(session, arguments, this::restore);
    }

    @Override
    public Map<String, Candidates> candidates() {
        return Map.of("backup", Candidates.FILES, "restore", Candidates.FILES);
    }

    private void backup(Call call) throws CommandException {
        Path archive = path(call, 0);
        if (!call.has(FORCE) && Files.exists(archive, LinkOption.NOFOLLOW_LINKS)) {
            throw call.failure(archive + " exists; " + FORCE + " replaces it");
        }
        try (Passphrase passphrase = Passphrase.read(path(call, 1), call);
                ProgressLine progress = new ProgressLine(call.console(), "backing up", System::nanoTime)) {
            long objects = admin.backup(archive, passphrase.characters(), progress::update);
            progress.replaceBy(
                    "backed up " + Count.objects(objects) + " into " + archive,
                    archive.toFile().length());
        } catch (SealedStorageException e) {
            throw Refusal.of(call, e);
        }
    }

    private void restore(Call call) throws CommandException {
        Path archive = path(call, 0);
        try (Passphrase passphrase = Passphrase.read(path(call, 1), call);
                ProgressLine progress = new ProgressLine(call.console(), "restoring", System::nanoTime)) {
            long objects = admin.restore(archive, passphrase.characters(), call.has(FORCE), progress::update);
            progress.replaceBy(
                    "restored " + Count.objects(objects), archive.toFile().length());
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.ALREADY_EXISTS) {
                throw call.failure(e.getMessage() + "; " + FORCE + " replaces what is in the way");
            }
            throw Refusal.of(call, e);
        }
    }

    private static Path path(Call call, int operand) throws CommandException {
        String name = call.operands().get(operand);
        try {
            return call.session().currentDir().resolve(name);
        } catch (InvalidPathException e) {
            throw call.failure("not a file name: " + name);
        }
    }
}
