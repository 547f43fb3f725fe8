// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests have names of one style: the method is a sentence in camel case. A display name is there for the statements
 * that a test proves, and says the sentence in full.
 */
class NamesOfTestsIT {

    private static final Pattern CAMEL_CASE = Pattern.compile("[a-z][A-Za-z0-9]*");
    /** Of one word and one more at least. */
    private static final Pattern WORDS = Pattern.compile("[a-z0-9]+([A-Z]+[a-z0-9]*)+");

    private static final Pattern BEGINS_WITH_STATEMENT = Pattern.compile("[A-Z]{3,4}-\\d.*");
    private static final Pattern STATEMENTS = Pattern.compile("([A-Z]{3,4}-\\d+, )*[A-Z]{3,4}-\\d+: \\S.*");

    @TempDir
    Path folder;

    /** What is wrong with the name of a test, if anything is. */
    private static Optional<String> fault(DeclaredType.Method test) {
        String title = test.annotations().getOrDefault("DisplayName", "");
        if (!CAMEL_CASE.matcher(test.name()).matches()) {
            return Optional.of("is not in camel case");
        }
        if (title.isEmpty() && !WORDS.matcher(test.name()).matches()) {
            return Optional.of("says nothing, and has no display name");
        }
        return BEGINS_WITH_STATEMENT.matcher(title).matches()
                        && !STATEMENTS.matcher(title).matches()
                ? Optional.of("has statements that are not written as \"REQ-1, REQ-2: given\"")
                : Optional.empty();
    }

    private static List<String> faults(List<DeclaredType> types) {
        return types.stream()
                .flatMap(type -> type.methods().stream()
                        .filter(DeclaredType.Method::isTest)
                        .flatMap(test -> fault(test).stream()
                                .map(fault -> type.module() + ": " + type.name() + "." + test.name() + " " + fault)))
                .toList();
    }

    @Test
    @DisplayName("given all tests of the build, then each has a name of the one style")
    void allTestsAreNamedAlike() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        List<Path> sources = Build.at(root).sources().stream()
                .filter(source -> !root.relativize(source).toString().contains("archetype-resources"))
                .toList();
        List<DeclaredType> types = Declarations.in(root, sources);

        assertTrue(types.size() > 600, types.size() + " classes are not all");
        assertEquals("", String.join("\n", faults(types)));
    }

    @Test
    @DisplayName("given tests with names of other styles, then they are found")
    void otherStylesAreFound() throws IOException {
        Path source = Files.writeString(folder.resolve("Tests.java"), """
                class Tests {
                    @Test void given_a_then_b() {}
                    @ParameterizedTest void one() {}
                    @Test @DisplayName("REQ-1 REQ-2: given a") void two() {}
                    @Test @DisplayName("REQ-1, given a") void three() {}
                    @Test @DisplayName("REQ-1, REQ-2: given a") void four() {}
                    @Test @DisplayName("given " + "a") void five() {}
                    @Test void givenAThenB() {}
                    void noTest() {}
                }
                """);

        String odd = "has statements that are not written as \"REQ-1, REQ-2: given\"";
        assertEquals(
                List.of(
                        ": Tests.given_a_then_b is not in camel case",
                        ": Tests.one says nothing, and has no display name",
                        ": Tests.two " + odd,
                        ": Tests.three " + odd),
                faults(Declarations.in(folder, List.of(source))));
    }
}
