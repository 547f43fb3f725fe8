// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Shortens reports that people read: if there are thousands of one kind, the first ones are listed and the others are
 * counted.
 */
final class Shortened {

    /** How many are listed one by one. */
    static final int MOST = 100;

    private Shortened() {}

    /** @param more is told how many were left out, if any were */
    static <T> void forEach(T[] all, Consumer<T> report, IntConsumer more) {
        int told = Math.min(all.length, MOST);
        for (int i = 0; i < told; i++) {
            report.accept(all[i]);
        }
        if (all.length > told) {
            more.accept(all.length - told);
        }
    }
}
