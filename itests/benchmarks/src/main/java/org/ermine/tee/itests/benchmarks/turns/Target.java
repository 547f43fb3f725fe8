// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

/**
 * What a figure is meant to be.
 *
 * @param most whether it is meant to be at most, instead of at least, the limit
 */
public record Target(boolean most, double limit) {

    public static Target atMost(double limit) {
        return new Target(true, limit);
    }

    public static Target atLeast(double limit) {
        return new Target(false, limit);
    }

    public boolean isMetBy(double figure) {
        return most ? figure <= limit : figure >= limit;
    }

    public String text(Figure figure) {
        return (most ? "at most " : "at least ") + figure.text(limit).replace(".00", "");
    }
}
