// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Plan;

/** Measures cases and records what they showed: the ratios that the guard is to hold, or the figures that the README tells. */
public final class Recorder {

    private static final int JVMS = 3;

    private final Plan plan;
    private final Random random = new Random();

    private Recorder(Plan plan) {
        this.plan = plan;
    }

    /**
     * Arguments: {@code guard} or {@code figures}, the file, for figures the README, and simple names of the groups that are to be
     * recorded anew; without any it is all.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        boolean guard = args[0].equals("guard");
        Path file = Path.of(args[1]);
        Set<String> groups = Set.of(Arrays.copyOfRange(args, guard ? 2 : 3, args.length));
        Recorded recorded = Recorded.read(file);
        for (Class<? extends Group> group : groups(groups, guard)) {
            System.out.println(group.getSimpleName());
            recorded = recorded.with(new Recorder(guard ? Plan.GUARD : Plan.WHOLE).measure(group));
            // After each, so that nothing is lost where a long run is cut short.
            recorded.write(file);
        }
        if (!guard) {
            new Figures(recorded).writeInto(Path.of(args[2]));
        }
    }

    private static Set<Class<? extends Group>> groups(Set<String> names, boolean guardedOnly) {
        Set<Class<? extends Group>> groups = new LinkedHashSet<>();
        for (Case one : Case.values()) {
            boolean wanted = names.isEmpty() || names.contains(one.group().getSimpleName());
            if (wanted && (one.isGuarded() || !guardedOnly)) {
                groups.add(one.group());
            }
        }
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("there are no such groups: " + names);
        }
        return groups;
    }

    private Map<String, Recorded.Ratio> measure(Class<? extends Group> group) throws IOException, InterruptedException {
        Map<Case, List<Finding>> findings = new EnumMap<>(Case.class);
        int jvms = plan == Plan.GUARD ? JVMS : Turn.of(group).jvms();
        for (int jvm = 0; jvm < jvms; jvm++) {
            for (Finding finding : new Turn(plan, random).measure(group)) {
                System.out.println(finding);
                findings.computeIfAbsent(Case.valueOf(finding.id()), one -> new ArrayList<>())
                        .add(finding);
            }
        }
        String date = LocalDate.now(ZoneOffset.UTC).toString();
        Map<String, Recorded.Ratio> ratios = new TreeMap<>();
        findings.forEach((one, found) -> {
            Recorded.Ratio ratio = Recorded.Ratio.of(date, found);
            if (plan != Plan.GUARD || one.isGuarded() && ratio.jvms() > 0) {
                ratios.put(one.name(), ratio);
            }
        });
        return ratios;
    }
}
