// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.Locale;

/**
 * Nanoseconds that a floor plausibly takes on any machine of today. One beyond was optimized away, or measured
 * something else.
 */
public record Range(double least, double most) {

    boolean contains(double nanos) {
        return nanos >= least && nanos <= most;
    }

    String against(double nanos) {
        return String.format(Locale.ROOT, "%.1f ns, which is not within %.1f to %.1f", nanos, least, most);
    }
}
