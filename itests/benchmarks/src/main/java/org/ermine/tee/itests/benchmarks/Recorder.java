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

/** Measures cases and records what they showed: the ratios that the guard is to hold, and the README's figures. */
public final class Recorder {

    private final Random random = new Random();

    private Recorder() {}

    /**
     * Arguments: the file, the README, and simple names of the groups that are to be recorded anew; without any it is
     * all.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[0]);
        Recorded recorded = Recorded.read(file);
        for (Class<? extends Group> group : groups(Set.of(Arrays.copyOfRange(args, 2, args.length)))) {
            System.out.println(group.getSimpleName());
            recorded = recorded.with(new Recorder().measure(group));
            // This is done after each group, so that nothing is lost where a long run is cut short.
            recorded.write(file);
            new Figures(recorded).writeInto(Path.of(args[1]));
        }
    }

    static Set<Class<? extends Group>> groups(Set<String> names) {
        Set<Class<? extends Group>> groups = new LinkedHashSet<>();
        for (Case one : Case.values()) {
            if (names.isEmpty() || names.contains(one.group().getSimpleName())) {
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
        int jvms = Turn.of(group).jvms();
        for (int jvm = 0; jvm < jvms; jvm++) {
            for (Finding finding : new Turn(Plan.STEADY, random).measure(group)) {
                System.out.println(finding);
                findings.computeIfAbsent(Case.valueOf(finding.id()), one -> new ArrayList<>())
                        .add(finding);
            }
        }
        String date = LocalDate.now(ZoneOffset.UTC).toString();
        Map<String, Recorded.Ratio> ratios = new TreeMap<>();
        findings.forEach((one, found) -> ratios.put(one.name(), Recorded.Ratio.of(date, found)));
        return ratios;
    }
}
