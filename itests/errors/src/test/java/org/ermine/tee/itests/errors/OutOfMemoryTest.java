// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory runs out at each allocation that an operation passes in Ermine, one after the other, at the first and at the
 * second pass, on whatever thread that is. Afterwards the same operation works, and all that is counted is what it was
 * before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutOfMemoryTest {

    private static final int MOST_PASSES = 2;
    /** What other threads do by themselves is different each time. */
    private static final int ROUNDS = 5;

    private final InstrumentingLoader loader = new InstrumentingLoader(OutOfMemoryTest.class.getClassLoader());
    private Scenario scenario;
    private Attempt attempt;

    @AfterAll
    void memoryRanOutInAllThatIsUnderTest() {
        assertEquals(Set.of(), loader.untested(), "no class of these was loaded");
    }

    Stream<String> actions() throws ClassNotFoundException {
        Object[] constants =
                loader.loadClass(InstrumentingLoader.SCENARIOS + "Action").getEnumConstants();
        return Arrays.stream(constants).map(Object::toString);
    }

    @ParameterizedTest
    @MethodSource("actions")
    @DisplayName(
            "ERM-29: given memory that runs out at any allocation of an operation, then nothing of the operation is "
                    + "left")
    void memoryRunsOut(String action) throws Exception {
        begin(action);
        List<String> problems = new ArrayList<>();
        int shortages = 0;
        for (Map.Entry<Integer, Integer> site : sites().entrySet()) {
            for (int pass = 1; pass <= Math.min(MOST_PASSES, site.getValue()); pass++) {
                Sites.Shortage shortage = Sites.runOut(site.getKey(), pass);
                String problem = attempt.run();
                Sites.disarm();
                shortages += shortage.stack().length == 0 ? 0 : 1;
                problem = problem == null ? attempt.runAgain() : problem;
                if (problem != null) {
                    problems.add(
                            shortage + ": " + problem + "  after it ran out at\n" + Attempt.frames(shortage.stack()));
                    begin(action);
                }
            }
        }
        scenario.end();
        assertTrue(Attempt.await(scenario::isOver), "the context is not released");
        scenario.close();
        assertTrue(shortages > 0, "memory never ran out");
        assertEquals(List.of(), problems, problems.size() + " of " + shortages + " shortages");
    }

    private void begin(String action) throws Exception {
        scenario = (Scenario) loader.loadClass(InstrumentingLoader.SCENARIOS + "Client")
                .getConstructor(String.class)
                .newInstance(action);
        attempt = new Attempt(scenario, Attempt.restingBooks(scenario));
    }

    /** The sites that the operation passes, and how often at most. */
    private Map<Integer, Integer> sites() {
        Map<Integer, Integer> passed = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            Sites.Recording recording = Sites.record();
            String problem = attempt.run();
            Sites.disarm();
            assertEquals(null, problem);
            recording.passes().forEach((site, passes) -> passed.merge(site, passes, Math::max));
        }
        return passed;
    }
}
