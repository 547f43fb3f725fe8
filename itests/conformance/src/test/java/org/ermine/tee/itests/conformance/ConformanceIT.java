// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Writes the report after the tests of the whole build, and checks what it says. */
class ConformanceIT {

    @Test
    void whatIsClaimedIsTrueAndWhatIsStatedIsProven() throws IOException {
        Map<String, Statement> statements = Statements.parse(Files.readAllLines(path("conformance.statements")));
        Build build = Build.at(path("conformance.root"));
        assertFalse(statements.isEmpty(), "there are statements");
        assertFalse(build.reports().isEmpty(), "there are test reports");

        Conformance conformance = new Conformance(statements, Claims.in(build.sources()), Results.in(build.reports()));
        Files.write(path("conformance.report"), Report.lines(conformance));
        System.out.println(Report.summary(conformance) + "; which test proves what: " + path("conformance.report"));

        assertEquals(List.of(), conformance.errors());
        if (Boolean.getBoolean("conformance.strict")) {
            assertEquals(List.of(), conformance.open(), "statements that no passing test proves");
        }
    }

    private static Path path(String property) {
        return Path.of(System.getProperty(property)).toAbsolutePath().normalize();
    }
}
