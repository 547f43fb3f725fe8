// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.Locale;

/** How a test ended; the worst of several counts, and the last is the worst. */
enum Outcome {
    PASSED,
    SKIPPED,
    NOT_RUN,
    FAILED;

    Outcome worse(Outcome other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
