// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lines that are shown by default are for operators: one line each, in words. */
class LogTextsIT {

    private static final Pattern SHOWN = Pattern.compile("\\bLOG\\.(info|warn|error)\\(");
    /** A stack trace, or an exception as Java writes it, with its class. */
    private static final Pattern JAVA =
            Pattern.compile(", (e|ex|thrown|cause)\\)$|\\b(e|ex|thrown|failure|cause)\\.toString\\(\\)"
                    + "|String\\.valueOf\\((e|thrown|failure)\\)|getClass\\(\\)");

    private static List<String> found(String source) {
        return MainSources.statements(source).stream()
                .filter(statement -> SHOWN.matcher(statement).find())
                .filter(statement ->
                        JAVA.matcher(statement.replaceAll("\\)+$", ")")).find())
                .toList();
    }

    @Test
    @DisplayName(
            "ERM-24: given the sources of what is deployed, then no line for an operator is a stack trace or names a "
                    + "Java class")
    void linesAreInWords() throws IOException {
        Map<String, List<String>> all = new TreeMap<>();
        MainSources.all().forEach((name, source) -> {
            if (!found(source).isEmpty()) {
                all.put(name, found(source));
            }
        });
        assertEquals(Map.of(), all);
    }

    @Test
    @DisplayName("ERM-24: given a line with a stack trace or an exception as Java writes it, then it is found")
    void isFound() {
        assertEquals(1, found("LOG.warn(\"{} failed\", path, e);\n").size());
        assertEquals(1, found("LOG.error(\"failed: {}\", e.toString());\n").size());
        assertEquals(
                1,
                found("each -> LOG.error(\"failed: {}\", String.valueOf(thrown)));\n")
                        .size());
        assertEquals(0, found("LOG.debug(\"{} failed\", path, e);\n").size());
        assertEquals(0, found("LOG.warn(\"failed: {}\", FailureText.of(e));\n").size());
    }
}
