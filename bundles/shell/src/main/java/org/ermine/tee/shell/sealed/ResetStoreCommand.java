// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.util.Arrays;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;

/** The command that gives up all that is sealed. A class of its own, as its name is none that a method can have. */
public final class ResetStoreCommand implements Commands {

    static final String NAME = "reset-store";

    private static final String CONFIRMED = "--lose-everything";
    private static final String LOSS = "This would give up for good all that is sealed, by whichever bundle.";
    private static final String RESET_STORE = CONFIRMED + "  do it; without this only what would be lost is told";

    private final SealedStorage storage;
    private final SealedStorageAdmin admin;

    public ResetStoreCommand(SealedStorage storage, SealedStorageAdmin admin) {
        this.storage = storage;
        this.admin = admin;
    }

    /** What Gogo calls where no method has the command's name; the name stands first. */
    public void _main(CommandSession session, String[] commandLine) throws CommandException {
        reset_store(session, commandLine == null ? null : Arrays.copyOfRange(commandLine, 1, commandLine.length));
    }

    @Descriptor("gives up all that is sealed, by all bundles, and begins anew with nothing")
    public void reset_store(CommandSession session, @Descriptor(RESET_STORE) String[] arguments)
            throws CommandException {
        CommandUsage.of(ResetStoreCommand.class, NAME).run(session, arguments, this::reset);
    }

    @Override
    public Map<String, Candidates> candidates() {
        return Map.of(NAME, Candidates.NOTHING);
    }

    private void reset(Call call) throws CommandException {
        try {
            if (!call.has(CONFIRMED)) {
                throw call.failure(LOSS, state(), call.command() + " " + CONFIRMED + " does it.");
            }
            admin.reset();
            call.console().say("The store was begun anew. Nothing is sealed. tee:restore brings back a backup.");
        } catch (SealedStorageException e) {
            throw Refusal.of(call, e);
        }
    }

    private String state() throws SealedStorageException {
        try {
            storage.list();
            return "That is " + Count.objects(admin.salvageable().size())
                    + ". The store is not refused. Whether all that is in it can be read,"
                    + " tee:salvageable --verify tells.";
        } catch (SealedStorageException e) {
            if (Refusal.concernsWhatIsStored(e)) {
                return "It is refused, since " + e.fault() + ". " + rest()
                        + " Afterwards tee:restore brings back a backup.";
            }
            throw e;
        }
    }

    /** What of a store that is refused is worth a look before. Counts the objects of all drawers. */
    private String rest() throws SealedStorageException {
        try {
            int left = admin.salvageable().size();
            return left == 0
                    ? "Nothing of it can be salvaged."
                    : "Before that, " + Count.objects(left) + " may be salvaged: see tee:salvageable.";
        } catch (SealedStorageException e) {
            if (Refusal.concernsWhatIsStored(e)) {
                return "Nothing of it can be salvaged now: " + e.fault() + ".";
            }
            throw e;
        }
    }
}
