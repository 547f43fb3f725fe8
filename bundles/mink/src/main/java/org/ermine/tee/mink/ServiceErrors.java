// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.util.Map;
import org.ermine.tee.TeeException;

/** What the error numbers of one service mean. The same number means something else in another service. Immutable. */
final class ServiceErrors {

    /** Something that the service may refuse. */
    @FunctionalInterface
    interface Operation {
        void run() throws TeeException;
    }

    private final Map<Integer, String> meanings;

    ServiceErrors(Map<Integer, String> meanings) {
        this.meanings = Map.copyOf(meanings);
    }

    /**
     * Carries out an operation. Where the service itself refuses it, the message says in words what was refused and
     * why, and names no object, so that it is the same each time.
     *
     * @param what the operation in words, for example "open service 87"
     */
    void inWords(String what, Operation operation) throws TeeException {
        try {
            operation.run();
        } catch (TeeException e) {
            throw isAnswer(e) ? new TeeException(e.result(), what + ": " + meaning(e)) : e;
        }
    }

    private static boolean isAnswer(TeeException e) {
        return e.errno().isEmpty() && !e.result().isTransport();
    }

    private String meaning(TeeException e) {
        String meaning = meanings.get(e.result().code());
        return meaning == null ? "refused with " + e.result() : meaning + " (" + e.result() + ")";
    }
}
