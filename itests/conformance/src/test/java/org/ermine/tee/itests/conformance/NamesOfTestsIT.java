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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests have names of one style. A display name begins with the statements that the test proves, and is a sentence; the
 * method may be called by a few words of it. Without one the method is the sentence, in camel case. What is given in a
 * sentence says what comes of it then.
 */
class NamesOfTestsIT {

    private static final Pattern CAMEL_CASE = Pattern.compile("[a-z][A-Za-z0-9]*");
    /** What a sentence has at least: something that does something, and how or to what. */
    private static final Pattern THREE_WORDS = Pattern.compile("[a-z0-9]+([A-Z][a-z0-9]*){2,}");

    private static final Pattern FOUR_WORDS = Pattern.compile("(\\S+ ){3,}\\S*[^\\s.]");

    private static final Pattern BEGINS_WITH_STATEMENT = Pattern.compile("[A-Z]{3,4}-\\d.*");
    private static final Pattern STATEMENTS = Pattern.compile("([A-Z]{3,4}-\\d+, )*[A-Z]{3,4}-\\d+: (?=\\S)");
    private static final Pattern GIVEN = Pattern.compile("given(?!.*\\bthen\\b).*");
    private static final Pattern GIVEN_IN_CAMEL_CASE = Pattern.compile("given[A-Z](?!.*Then).*");

    @TempDir
    Path folder;

    /** What is wrong with the name of a test, if anything is. */
    private static Optional<String> fault(DeclaredType.Method test) {
        String title = test.annotations().getOrDefault("DisplayName", "");
        if (!CAMEL_CASE.matcher(test.name()).matches()) {
            return Optional.of("is not in camel case");
        }
        if (title.isEmpty()) {
            return faultOfSentence(
                    THREE_WORDS.matcher(test.name()).matches(),
                    GIVEN_IN_CAMEL_CASE.matcher(test.name()).matches());
        }
        Matcher statements = STATEMENTS.matcher(title);
        boolean proves = statements.lookingAt();
        if (BEGINS_WITH_STATEMENT.matcher(title).matches() && !proves) {
            return Optional.of("has statements that are not written as \"REQ-1, REQ-2: given\"");
        }
        String sentence = proves ? title.substring(statements.end()) : title;
        return faultOfSentence(
                FOUR_WORDS.matcher(sentence).matches(), GIVEN.matcher(sentence).matches());
    }

    private static Optional<String> faultOfSentence(boolean isSentence, boolean endsAtGiven) {
        if (!isSentence) {
            return Optional.of("is not called by a sentence");
        }
        return endsAtGiven ? Optional.of("does not say what comes of what is given") : Optional.empty();
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
                    @Test @DisplayName("REQ-1, REQ-2: given a, then b") void four() {}
                    @Test @DisplayName("given " + "a, then b") void five() {}
                    @Test @DisplayName("REQ-1: given a, it is b") void six() {}
                    @Test @DisplayName("a goes") void seven() {}
                    @Test @DisplayName("given a, then it is b.") void eight() {}
                    @Test void givenAThenB() {}
                    @Test void givenAItIsB() {}
                    @Test void aGoes() {}
                    void noTest() {}
                }
                """);

        String odd = "has statements that are not written as \"REQ-1, REQ-2: given\"";
        assertEquals(
                List.of(
                        ": Tests.given_a_then_b is not in camel case",
                        ": Tests.one is not called by a sentence",
                        ": Tests.two " + odd,
                        ": Tests.three " + odd,
                        ": Tests.six does not say what comes of what is given",
                        ": Tests.seven is not called by a sentence",
                        ": Tests.eight is not called by a sentence",
                        ": Tests.givenAItIsB does not say what comes of what is given",
                        ": Tests.aGoes is not called by a sentence"),
                faults(Declarations.in(folder, List.of(source))));
    }
}
