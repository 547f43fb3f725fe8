// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Finding.Standing;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Plan;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/**
 * Carries all groups out as shortly as can be, so that none of them rots, each subject beside the same that is slowed
 * by 25 %: of each case something has to be found, and of those that take time that the slowed one is beyond the
 * guard's bound. What the figures are does not matter.
 */
public final class Rehearsal {

    /** A machine that is busy just then takes more time. */
    private static final int ATTEMPTS = 5;

    private final Random random = new Random();

    private Rehearsal() {}

    /** Arguments: simple names of groups; without any it is all. Exits with 1 if something is missing. */
    public static void main(String[] args) throws IOException, InterruptedException {
        boolean complete = true;
        System.out.println("| case | ratio | slowed by 25 % | |\n|---|---|---|---|");
        for (Class<? extends Group> group : Recorder.groups(Set.copyOf(Arrays.asList(args)))) {
            complete &= new Rehearsal().rehearse(group);
        }
        System.exit(complete ? 0 : 1);
    }

    private boolean rehearse(Class<? extends Group> group) throws IOException, InterruptedException {
        List<Case> cases =
                Stream.of(Case.values()).filter(one -> one.group() == group).toList();
        Plan plan = Plan.REHEARSAL;
        Map<String, Finding> findings = measure(group, plan);
        for (int attempt = 1; attempt < ATTEMPTS && !areFound(cases, findings); attempt++) {
            plan = plan.longer();
            findings = measure(group, plan);
        }
        for (Case one : cases) {
            System.out.println(row(one, findings));
        }
        return areFound(cases, findings);
    }

    private Map<String, Finding> measure(Class<? extends Group> group, Plan plan)
            throws IOException, InterruptedException {
        Map<String, Finding> findings = new TreeMap<>();
        for (Finding finding : new Turn(plan, random).measure(group)) {
            findings.put(finding.id(), finding);
        }
        return findings;
    }

    private static boolean areFound(List<Case> cases, Map<String, Finding> findings) {
        return cases.stream().allMatch(one -> isFound(one, findings));
    }

    private static boolean isFound(Case one, Map<String, Finding> findings) {
        Finding finding = findings.get(one.name());
        Finding slowed = findings.get(Stage.slowed(one.name()));
        // A condition has no subject of ours, and what takes no time is not slowed.
        return finding != null
                && (slowed == null
                        || slowed.standing() == Standing.MACHINE_UNABLE
                        || slowed.ratio() > finding.ratio() * Verdict.BOUND);
    }

    private static String row(Case one, Map<String, Finding> findings) {
        Finding finding = findings.get(one.name());
        Finding slowed = findings.get(Stage.slowed(one.name()));
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |",
                one.title(),
                finding == null ? "" : String.format(Locale.ROOT, "%.3f", finding.ratio()),
                slowed == null ? "" : String.format(Locale.ROOT, "%.3f", slowed.ratio()),
                finding == null ? "NOT MEASURED" : isFound(one, findings) ? finding.note() : "NOT FOUND");
    }
}
