// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** What is told of a ratio of subject to floor. */
public enum Figure {
    /** The ratio itself. */
    TIMES("x", ratio -> ratio),
    /** How many times faster the subject is. */
    TIMES_FASTER(" times faster", ratio -> 1 / ratio),
    /** How many times the work of one thread two threads do in the same time. */
    TIMES_THE_WORK(" times the work", ratio -> 2 / ratio),
    /** Percent more time. */
    PERCENT_MORE(" %", ratio -> 100 * (ratio - 1)),
    /** No ratio: bytes. */
    BYTES(" B", value -> value),
    /** No ratio: a number of things. */
    COUNT("", value -> value);

    private final String unit;
    private final DoubleUnaryOperator ofRatio;

    Figure(String unit, DoubleUnaryOperator ofRatio) {
        this.unit = unit;
        this.ofRatio = ofRatio;
    }

    public double of(double ratio) {
        return ofRatio.applyAsDouble(ratio);
    }

    /** The value with its unit. */
    public String text(double figure) {
        return number(figure) + unit;
    }

    /** The value without its unit. */
    public String number(double figure) {
        return String.format(Locale.ROOT, Math.abs(figure) >= 100 || this == COUNT ? "%.0f" : "%.2f", figure);
    }
}
