// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.List;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Finding.Standing;

/**
 * Whether a case became slower. Each JVM that counts votes: its ratio is above the bound, or not. Two more votes for
 * the one than for the other are enough to be not slower; slower takes five more, since a guard that says so should be
 * right. One JVM in five may be compiled unluckily or disturbed: of a thousand guards one then calls a case slower that
 * is not. Where 25 % more time is taken, those that are not above the bound are as rare. Of a case that varies much
 * between JVMs, slower takes ten more.
 */
enum Verdict {
    NOT_SLOWER,
    SLOWER,
    /** No vote is possible: in no JVM a plausible floor. The benchmark has to be mended. */
    FLOOR_IMPLAUSIBLE,
    /** There is no answer yet, but more JVMs were above the bound than not. */
    SUSPECTED,
    /** There is no answer yet. */
    OPEN;

    /** Half of 25 % in the geometric sense: as far from the recorded ratio as from one that is 25 % more. */
    static final double BOUND = Math.sqrt(1.25);

    private static final int LEAD_OF_NOT_SLOWER = 2;
    private static final int LEAD_OF_SLOWER = 5;
    private static final int LEAD_OF_UNSTEADY_SLOWER = 10;

    /**
     * From what JVMs found so far, in the order in which they ran.
     *
     * @param recorded the ratio as it was
     * @param steady whether JVMs show much the same
     */
    static Verdict of(double recorded, boolean steady, List<Finding> findings) {
        int leadOfSlower = steady ? LEAD_OF_SLOWER : LEAD_OF_UNSTEADY_SLOWER;
        int lead = 0;
        boolean implausible = !findings.isEmpty();
        for (Finding finding : findings) {
            implausible &= finding.standing() == Standing.FLOOR_IMPLAUSIBLE;
            if (finding.counts()) {
                lead += finding.ratio() > recorded * BOUND ? 1 : -1;
            }
            if (lead == leadOfSlower) {
                return SLOWER;
            }
            if (lead == -LEAD_OF_NOT_SLOWER) {
                return NOT_SLOWER;
            }
        }
        if (implausible) {
            return FLOOR_IMPLAUSIBLE;
        }
        return lead > 0 ? SUSPECTED : OPEN;
    }
}
