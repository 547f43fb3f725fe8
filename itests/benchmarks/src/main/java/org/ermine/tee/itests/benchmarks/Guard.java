// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.ermine.tee.itests.benchmarks.cases.Generations;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Plan;

/**
 * Measures all cases for which a ratio is recorded, JVM after JVM, until it is known of each whether it became slower,
 * or the time is over.
 */
public final class Guard {

    private static final int MOST_JVMS = 13;

    private final Recorded recorded;
    private final Plan plan;
    private final long seconds;
    private final long longestSeconds;
    private final Random random = new Random();
    private final Map<Case, List<Finding>> findings = new EnumMap<>(Case.class);

    private Guard(Recorded recorded, Plan plan, long seconds, long longestSeconds) {
        this.recorded = recorded;
        this.plan = plan;
        this.seconds = seconds;
        this.longestSeconds = longestSeconds;
    }

    /**
     * Arguments: the file with what was recorded, the seconds after which no further JVM is started, the same while a
     * case is suspected of being slower, and, for a rehearsal, by how many percent each subject is slowed. Exits with 1
     * if something is slower; in a rehearsal, if it is not found.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int slowedBy = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        Guard guard = new Guard(
                Recorded.read(Path.of(args[0])),
                Plan.STEADY.slowedBy(slowedBy),
                Long.parseLong(args[1]),
                Long.parseLong(args[2]));
        guard.measure();
        GuardReport report = new GuardReport(guard.recorded, guard.findings);
        System.out.println(report);
        List<String> faults = slowedBy == 0 ? report.faults() : report.unnoticed();
        faults.forEach(System.out::println);
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private void measure() throws IOException, InterruptedException {
        long start = System.nanoTime();
        cases().forEach(one -> findings.put(one, new ArrayList<>()));
        for (int jvm = 0; jvm < MOST_JVMS; jvm++) {
            for (Class<? extends Group> group : openGroups()) {
                if (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)
                        >= (isAnySuspected() ? longestSeconds : seconds)) {
                    return;
                }
                new Turn(plan, random).measure(group).forEach(this::add);
            }
        }
    }

    private void add(Finding finding) {
        Case one = Case.valueOf(finding.id());
        if (findings.containsKey(one)) {
            findings.get(one).add(finding);
        }
    }

    private Stream<Case> cases() {
        return Stream.of(Case.values())
                .filter(one -> one.isGuarded() && recorded.knows(one.name()))
                .filter(one -> one.group() != Generations.class || Generations.areThere());
    }

    /** The groups with a case whose verdict is not known. */
    private Set<Class<? extends Group>> openGroups() {
        Set<Class<? extends Group>> groups = new LinkedHashSet<>();
        cases().filter(one -> !isDecided(one)).forEach(one -> groups.add(one.group()));
        return groups;
    }

    private boolean isDecided(Case one) {
        return verdict(one) == Verdict.SLOWER || verdict(one) == Verdict.NOT_SLOWER;
    }

    private boolean isAnySuspected() {
        return cases().anyMatch(one -> one.isSteady() && verdict(one) == Verdict.SUSPECTED);
    }

    private Verdict verdict(Case one) {
        return Verdict.of(recorded.ratios().get(one.name()).ratio(), one.isSteady(), findings.get(one));
    }
}
