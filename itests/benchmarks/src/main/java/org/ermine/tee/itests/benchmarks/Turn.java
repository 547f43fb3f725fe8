// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.ermine.tee.itests.benchmarks.cases.Generations;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Plan;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/**
 * Measures one group in a JVM of its own. That JVM waits for its compiler (-Xbatch): how far a warm-up gets then
 * depends on what was done, and not on who else uses the machine, and one JVM compiles much as the next one does.
 */
final class Turn {

    private static final long MINUTES = 20;
    private static final String WAIT_FOR_THE_COMPILER = "-Xbatch";

    private final Plan plan;
    private final Random random;

    Turn(Plan plan, Random random) {
        this.plan = plan;
        this.random = random;
    }

    List<Finding> measure(Class<? extends Group> group) throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        Path result = Files.createTempFile("turn", ".json");
        try {
            List<String> arguments = List.of(
                    group.getName(),
                    String.valueOf(random.nextLong()),
                    json.writeValueAsString(plan),
                    result.toString());
            MeasuredJvm.run(
                    Turn.class,
                    arguments,
                    MINUTES,
                    WAIT_FOR_THE_COMPILER,
                    "-D" + Generations.EARLIER + "=" + System.getProperty(Generations.EARLIER));
            return List.of(json.readValue(result.toFile(), Finding[].class));
        } finally {
            Files.delete(result);
        }
    }

    static Group of(Class<? extends Group> group) {
        try {
            return group.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(group + " is no group", e);
        }
    }

    /** In the JVM: class of the group, seed, plan, file for what it finds. */
    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        Group group = of(Class.forName(args[0]).asSubclass(Group.class));
        Stage stage = new Stage(json.readValue(args[2], Plan.class), new Random(Long.parseLong(args[1])));
        group.measure(stage);
        json.writeValue(new File(args[3]), stage.findings());
        // What others started, as gRPC does, is no reason to stay.
        System.exit(0);
    }
}
