// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SequenceTest {

    private static List<Step> steps(long seed, int count) {
        return Stream.generate(new Sequence(seed)::next).limit(count).toList();
    }

    @Test
    void aSeedAlwaysGivesTheSameActions() {
        assertEquals(steps(42, 1000), steps(42, 1000));
        assertNotEquals(steps(42, 1000), steps(43, 1000));
    }

    @Test
    void everyActionTakesPart() {
        Set<Action> actions = steps(1, 20_000).stream().map(Step::action).collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(Action.class), actions);
    }
}
