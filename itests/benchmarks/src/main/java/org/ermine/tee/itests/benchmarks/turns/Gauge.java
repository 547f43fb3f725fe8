// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.function.ToDoubleFunction;

/** What of a slice is compared. */
public enum Gauge {
    MEAN(Slice::mean),
    MEDIAN(Slice::median),
    P99(Slice::p99);

    private final ToDoubleFunction<Slice> figure;

    Gauge(ToDoubleFunction<Slice> figure) {
        this.figure = figure;
    }

    double of(Slice slice) {
        return figure.applyAsDouble(slice);
    }
}
