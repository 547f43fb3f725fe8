// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.CommandException;

/** What a command says when sealed storage refuses something: its message, and for the operator what is behind it. */
final class Refusal {

    /** The store as a whole, or a part of it, is not what was sealed. */
    private static final Set<Reason> OF_STORED = EnumSet.of(
            Reason.TAMPERED,
            Reason.TRUNCATED,
            Reason.CHUNK_MISSING,
            Reason.EXCHANGED,
            Reason.ROLLED_BACK,
            Reason.FOREIGN_STORE,
            Reason.NEWER_STORE,
            Reason.NEWER_VERSION,
            Reason.STORE_MISSING);

    private static final Set<Reason> OF_STORAGE = EnumSet.of(
            Reason.STORAGE_FULL, Reason.READ_ONLY, Reason.STORAGE_DENIED, Reason.STORAGE_FAILED, Reason.NO_HANDLER);

    /** Of more damaged objects the causes are left out. */
    private static final int MOST_CAUSES = 10;

    private Refusal() {}

    @FunctionalInterface
    interface Action {
        void run(Call call) throws CommandException, SealedStorageException;
    }

    /** Runs a command whose refusals are told as they are. */
    static void tell(Call call, Action action) throws CommandException {
        try {
            action.run(call);
        } catch (SealedStorageException e) {
            throw of(call, e);
        }
    }

    /** @param more what the command has to say beside it */
    static CommandException of(Call call, SealedStorageException refused, String... more) {
        List<String> paragraphs = new ArrayList<>(List.of(more));
        paragraphs.addAll(causes(refused));
        return call.failure(refused.getMessage(), paragraphs.toArray(String[]::new));
    }

    /** Whether the store is refused as a whole, or an object of it, or cannot be reached. */
    static boolean concernsWhatIsStored(SealedStorageException refused) {
        return OF_STORED.contains(refused.reason()) || OF_STORAGE.contains(refused.reason());
    }

    /** File, version or error number, as far as they are known. */
    static List<String> causes(SealedStorageException refused) {
        Stream<SealedStorageException> failures = refused.reason() == Reason.BACKUP_INCOMPLETE
                ? Stream.of(refused.getSuppressed())
                        .filter(SealedStorageException.class::isInstance)
                        .map(SealedStorageException.class::cast)
                : Stream.of(refused);
        return failures.filter(Refusal::concernsWhatIsStored)
                .limit(MOST_CAUSES)
                .map(SealedStorageException::getCause)
                .filter(TeeException.class::isInstance)
                .map(cause -> "Cause: " + cause.getMessage())
                .toList();
    }

    /** The name of an object or drawer, as sealed storage quotes it. */
    static String quote(String name) {
        return "'" + name + "'";
    }
}
