// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StepsTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Steps steps = new Steps(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    private final List<String> done = new ArrayList<>();

    @Test
    void givenStepsThatHoldThenAllHeld() throws InterruptedException {
        steps.next("one", () -> steps.say("first line\nsecond line"));
        steps.next("two", () -> done.add("two"));

        assertTrue(steps.allHeld());
        assertEquals("|  1  one|     first line|     second line|     ok|" + "|  2  two|     ok|", printed());
    }

    @Test
    void givenAStepThatFailsThenTheNextIsSkippedAndTheLastIsNot() throws InterruptedException {
        steps.next("one", () -> steps.expect(false, "it is not so"));
        steps.next("two", () -> done.add("two"));
        steps.always("three", () -> done.add("three"));

        assertFalse(steps.allHeld());
        assertEquals(List.of("three"), done);
        assertEquals("|  1  one|     FAILED: it is not so||  2  two|     skipped||  3  three|     ok|", printed());
    }

    @Test
    void givenAStepThatThrowsThenItFailsWithWhatWasThrown() throws InterruptedException {
        steps.next("one", () -> {
            throw new IOException("disk on fire");
        });

        assertFalse(steps.allHeld());
        assertEquals("|  1  one|     FAILED: java.io.IOException: disk on fire|", printed());
    }

    /** Lines, each ended by a bar, without the time that steps took. */
    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8)
                .replaceAll("ok \\(\\d+ ms\\)", "ok")
                .replaceAll("\\R", "|");
    }
}
