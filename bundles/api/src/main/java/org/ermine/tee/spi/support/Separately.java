// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Does something for bundles, contexts, handlers, services or listeners, one after the other and each on its own:
 * whatever is thrown for one of them, even an Error, changes nothing for the others. It is for every loop over what
 * belongs to several owners. Stateless.
 */
public final class Separately {

    private Separately() {}

    /**
     * Treats all subjects, in their order, on the calling thread. The failure of a treatment is passed to
     * {@code failure}, and the next subject follows. If {@code failure} throws too, the first such Throwable is thrown
     * after all subjects were treated; a checked one becomes the cause of an IllegalStateException.
     *
     * @param treatment what is to be done for each subject
     * @param failure is told which subject's treatment threw what, in order to log it, and to refuse or close what
     *     could not be checked
     */
    public static <S> void forEach(
            Iterable<? extends S> subjects,
            Consumer<? super S> treatment,
            BiConsumer<? super S, ? super Throwable> failure) {
        Throwable untold = null;
        for (S subject : subjects) {
            Throwable thrown = treat(subject, treatment, failure);
            untold = untold == null ? thrown : untold;
        }
        if (untold instanceof Error error) {
            throw error;
        }
        if (untold instanceof RuntimeException exception) {
            throw exception;
        }
        if (untold != null) {
            throw new IllegalStateException("a failure cannot be told", untold);
        }
    }

    /** Returns what {@code failure} threw; null if nothing did. */
    private static <S> Throwable treat(
            S subject, Consumer<? super S> treatment, BiConsumer<? super S, ? super Throwable> failure) {
        try {
            treatment.accept(subject);
        } catch (Throwable thrown) {
            try {
                failure.accept(subject, thrown);
            } catch (Throwable untold) {
                return untold;
            }
        }
        return null;
    }
}
