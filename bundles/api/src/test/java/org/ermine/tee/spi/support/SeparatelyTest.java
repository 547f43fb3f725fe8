// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SeparatelyTest {

    private static final List<String> SUBJECTS = List.of("one", "overflows", "two", "throws", "three");

    private final List<String> treated = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private void treat(String subject) {
        switch (subject) {
            case "overflows" -> treat(subject);
            case "throws" -> throw new IllegalStateException(subject);
            default -> treated.add(subject);
        }
    }

    @Test
    @DisplayName(
            "ERM-22: given subjects at which Errors and exceptions are thrown, then the others are treated, in order")
    void othersAreTreated() {
        Separately.forEach(SUBJECTS, this::treat, (subject, thrown) -> failed.add(subject + ": " + thrown));

        assertEquals(List.of("one", "two", "three"), treated);
        assertEquals(
                List.of("overflows: java.lang.StackOverflowError", "throws: java.lang.IllegalStateException: throws"),
                failed);
    }

    @Test
    @DisplayName("ERM-22: given a failure that cannot be told, then it is thrown when all were treated")
    void aFailureThatCannotBeToldIsThrownInTheEnd() {
        IllegalArgumentException untold = assertThrows(
                IllegalArgumentException.class,
                () -> Separately.forEach(SUBJECTS, this::treat, (subject, thrown) -> {
                    throw new IllegalArgumentException(subject);
                }));

        assertEquals("overflows", untold.getMessage());
        assertEquals(List.of("one", "two", "three"), treated);
    }

    @Test
    @DisplayName("ERM-22: given a failure whose telling throws a checked exception, then the others are treated "
            + "all the same")
    void aCheckedExceptionLeavesNobodyUntreated() {
        Exception checked = new Exception("not declared");
        IllegalStateException untold = assertThrows(
                IllegalStateException.class,
                () -> Separately.forEach(
                        SUBJECTS,
                        this::treat,
                        (subject, thrown) -> SeparatelyTest.<RuntimeException>throwUndeclared(checked)));

        assertSame(checked, untold.getCause());
        assertEquals(List.of("one", "two", "three"), treated);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Exception> void throwUndeclared(Exception checked) throws X {
        throw (X) checked;
    }
}
