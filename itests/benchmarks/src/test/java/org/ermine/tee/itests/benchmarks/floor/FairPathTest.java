// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FairPathTest {

    @Test
    @DisplayName("given an object that echoes, when it is invoked, then the output is what the input was")
    void echo() {
        FairPath path = new FairPath(8, (op, input, output) -> output.put(input));
        byte[] output = new byte[5];
        assertEquals(3, path.invoke(0, 1, new byte[] {1, 2, 3}, output));
        assertArrayEquals(new byte[] {1, 2, 3, 0, 0}, output);
    }

    @Test
    @DisplayName("given an object that writes to its input, when it is invoked, then it cannot")
    void inputIsReadOnly() {
        FairPath path = new FairPath(8, (op, input, output) -> input.put(0, (byte) 1));
        assertThrows(ReadOnlyBufferException.class, () -> path.invoke(0, 1, new byte[8], new byte[8]));
    }

    @Test
    @DisplayName("given a second object, when both are invoked without arguments, then each answers")
    void calls() {
        FairCall path = new FairCall(op -> op + 1, op -> op + 2);
        assertEquals(8, path.invoke(0, 7));
        assertEquals(9, path.invoke(1, 7));
    }

    @Test
    @DisplayName("given an object in whose course it is invoked again, when that is tried, then the announced use is "
            + "noticed")
    void oneUseAtATime() {
        FairCall[] path = new FairCall[1];
        path[0] = new FairCall(op -> path[0].invoke(0, op));
        assertThrows(IllegalStateException.class, () -> path[0].invoke(0, 1));
    }
}
