// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/** Where a group has its contests, and what they showed. */
public final class Stage {

    private static final String SLOWED = ", slowed";

    private final Plan plan;
    private final Random random;
    private final List<Finding> findings = new ArrayList<>();

    public Stage(Plan plan, Random random) {
        this.plan = plan;
        this.random = random;
    }

    /** How long is measured. */
    public Plan plan() {
        return plan;
    }

    /** Measures these, in turns. */
    public void compare(Contest... contests) throws Exception {
        compareUnless(() -> "", contests);
    }

    /** @param inability asked afterwards: what the machine could not do meanwhile; empty if nothing */
    public void compareUnless(Supplier<String> inability, Contest... contests) throws Exception {
        List<Contest> entered = slowed(contests);
        new Turns(plan, random).take(entered);
        String unable = inability.get();
        entered.forEach(contest -> findings.add(contest.finding(unable)));
    }

    /**
     * Measures these, in turns with a condition without which they say nothing.
     *
     * @param condition what has to be possible on the machine
     * @param inability what it means for the machine that the condition has this ratio; empty if it is met
     */
    public void compareIf(Contest condition, DoubleFunction<String> inability, Contest... contests) throws Exception {
        List<Contest> entered = slowed(contests);
        List<Contest> all = new ArrayList<>(entered);
        all.add(condition);
        new Turns(plan, random).take(all);
        Finding fulfilled = condition.finding("");
        findings.add(fulfilled);
        String unable = inability.apply(fulfilled.ratio());
        entered.forEach(contest -> findings.add(contest.finding(unable)));
    }

    private List<Contest> slowed(Contest... contests) throws Exception {
        SlowedSides sides = new SlowedSides();
        List<Contest> entered = new ArrayList<>();
        for (Contest contest : contests) {
            Contest slowed = contest.slowedBy(plan.slowedBy(), sides);
            if (plan.beside()) {
                entered.add(contest);
                entered.add(slowed.named(slowed(contest.id())));
            } else {
                entered.add(slowed);
            }
        }
        return entered;
    }

    /** What the finding of a slowed subject is called where it takes turns with the subject. */
    public static String slowed(String id) {
        return id + SLOWED;
    }

    /** Tells the value of a case that has no floor. */
    public void report(String id, double value) {
        double seeded = plan.beside() ? value : value * (100 + plan.slowedBy()) / 100;
        findings.add(new Finding(id, seeded, seeded, seeded, 0, 0, Finding.Standing.COUNTS, ""));
    }

    /** Adds what else there is to tell to a finding. */
    public void note(String id, String note) {
        findings.replaceAll(finding -> finding.id().equals(id) && finding.counts() ? finding.noting(note) : finding);
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }
}
