// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class InstructionsTest {

    @Test
    void givenAMachineThatCountsThenTheNumberIsTaken() {
        List<String> lines = List.of("# started on Mon Nov 30", "", "20417993421,,instructions:u,9018273645,100.00,,");

        assertEquals(OptionalDouble.of(20_417_993_421.0), Instructions.counted(lines));
    }

    @Test
    void givenAMachineThatDoesNotCountThenThereIsNoNumber() {
        List<String> lines = List.of("# started on Mon Nov 30", "", "<not supported>,,instructions:u,0,100.00,,");

        assertEquals(OptionalDouble.empty(), Instructions.counted(lines));
        assertEquals(OptionalDouble.empty(), Instructions.counted(List.of("<not counted>,,instructions:u,0,0.00,,")));
        assertEquals(OptionalDouble.empty(), Instructions.counted(List.of()));
    }
}
