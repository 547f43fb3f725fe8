// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Treats bundles, contexts, handlers, services or listeners one after the other, each on its own: whatever is thrown at
 * one of them, an Error too, changes nothing for the others. For every loop over what belongs to several owners.
 * Stateless.
 */
public final class Separately {

    private Separately() {}

    /**
     * Treats all subjects, in their order, on the calling thread. The failure of a treatment is told, and the next
     * subject follows. If telling fails too, the first such failure is thrown when all subjects were treated;
     * one that is checked is the cause of an IllegalStateException then.
     *
     * @param treatment what is to be done with each
     * @param failure told which subject's treatment threw what: to log it, and to refuse or close what could not be
     *     judged
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

    /** Returns what telling of a failure threw; null if nothing did. */
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
