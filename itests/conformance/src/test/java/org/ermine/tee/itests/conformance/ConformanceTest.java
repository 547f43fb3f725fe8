// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceTest {

    private static final String JUPITER = """
            package a.b;
            class QueueTest {
                @Test
                @DisplayName("REQ-1, REQ-2: given a, then b")
                void both() {}

                @ParameterizedTest
                @DisplayName(
                        "REQ-2, SEL-1: given c, "
                                + "then UTF-8")
                void many(int i) {}

                @Test
                @DisplayName("given d, REQ-3 is only mentioned: it is not proven")
                void none() {}

                @DisplayName("REQ-3: a helper is no test")
                void helper() {}

                @Nested
                class Inner {
                    @Test
                    @DisplayName("SEL-2: nested")
                    void deep() {}
                }
            }
            """;

    private static final String JUNIT4 = """
            package a.b;
            public class ContainerIT {
                /**
                 * CTX-1: given e,
                 * then f.
                 */
                @Test
                public void inContainer() {}
            }
            """;

    private static final List<String> STATEMENTS = List.of(
            "# Statements",
            "- **CTX-1** a context",
            "- **REQ-1** a request",
            "- **REQ-2** another",
            "- **SEL-1** gone",
            "  Not applicable: nothing is selected",
            "- **SEL-2** the last");

    @TempDir
    Path folder;

    private Path root;
    private Path classes;
    private Path surefire;
    private Path failsafe;

    @BeforeEach
    void build() throws IOException {
        // Whatever a clone is called, and wherever it is, says nothing about what is in it.
        root = folder.resolve("src/test/java/target");
        classes = Files.createDirectories(root.resolve("bundles/x/src/test/java/a/b"));
        surefire = Files.createDirectories(root.resolve("bundles/x/target/surefire-reports"));
        failsafe = Files.createDirectories(root.resolve("itests/y/target/failsafe-reports"));
    }

    @Test
    @DisplayName("given Jupiter and JUnit 4 tests, then their ids stand in front of display name or Javadoc")
    void claimsAreRead() throws IOException {
        source("QueueTest", JUPITER);
        source("ContainerIT", JUNIT4);

        List<Claim> claims = Claims.in(Build.at(root).sources());

        assertEquals(
                Map.of(
                        "QueueTest.both", List.of("REQ-1", "REQ-2"),
                        "QueueTest.many", List.of("REQ-2", "SEL-1"),
                        "QueueTest$Inner.deep", List.of("SEL-2"),
                        "ContainerIT.inContainer", List.of("CTX-1")),
                claims.stream().collect(Collectors.toMap(claim -> claim.method().toString(), Claim::ids)));
    }

    @Test
    @DisplayName("given reports of Surefire and Failsafe, then the worst of a method's cases counts")
    void resultsAreRead() throws IOException {
        report(surefire, "both", "");
        report(surefire, "many(int)[1]", "");
        report(surefire, "many(int)[2]", "<failure type='x'>no</failure>");
        report(surefire, "many(int)[3]", "");
        report(failsafe, "late", "<skipped/>");
        report(failsafe, "wrong{int}[1]", "<error type='x'/>");

        assertEquals(
                Map.of(
                        method("both"), Outcome.PASSED,
                        method("many"), Outcome.FAILED,
                        method("late"), Outcome.SKIPPED,
                        method("wrong"), Outcome.FAILED),
                Results.in(Build.at(root).reports()));
    }

    @Test
    @DisplayName("given a statement without a test, then it is open, and the report says so")
    void missing() throws IOException {
        Conformance conformance = of(List.of(claim("both", "REQ-1")), Map.of(method("both"), Outcome.PASSED));

        assertEquals(List.of("CTX-1", "REQ-2", "SEL-2"), ids(conformance));
        assertTrue(Report.lines(conformance).contains("| **REQ-2** another | open |  |"));
        assertEquals(
                "conformance: 5 statements: 1 proven, 1 not applicable, 3 open (CTX-1, REQ-2, SEL-2)",
                Report.summary(conformance));
    }

    @Test
    @DisplayName("given a failing test, then its statement is open although another test of it passes")
    void failing() {
        Conformance conformance = of(
                List.of(claim("good", "REQ-1"), claim("bad", "REQ-1")),
                Map.of(method("good"), Outcome.PASSED, method("bad"), Outcome.FAILED));

        assertTrue(ids(conformance).contains("REQ-1"));
        assertTrue(Report.lines(conformance)
                .contains(
                        "| **REQ-1** a request | open | passed: QueueTest.good: good<br>failed: QueueTest.bad: bad |"));
    }

    @Test
    @DisplayName(
            "given a passing test and a statement that is not applicable, then the report says which test, and why")
    void proven() {
        Conformance conformance = of(List.of(claim("good", "REQ-1")), Map.of(method("good"), Outcome.PASSED));

        List<String> lines = Report.lines(conformance);
        assertTrue(lines.contains("| **REQ-1** a request | proven | passed: QueueTest.good: good |"));
        assertTrue(lines.contains("| **SEL-1** gone | not applicable | nothing is selected |"));
    }

    @Test
    @DisplayName("given a test that did not run, or was skipped and is alone, then its statement is open")
    void notRun() {
        Conformance conformance = of(
                List.of(claim("absent", "REQ-1"), claim("skipped", "REQ-2")),
                Map.of(method("skipped"), Outcome.SKIPPED));

        assertTrue(ids(conformance).containsAll(List.of("REQ-1", "REQ-2")));
        assertTrue(Report.lines(conformance)
                .contains("| **REQ-1** a request | open | not run: QueueTest.absent: absent |"));
    }

    @Test
    @DisplayName("given an id that is no statement, or one that is not applicable, then the claim is an error")
    void wrongClaims() {
        Conformance conformance = of(List.of(claim("typo", "RQE-1"), claim("odd", "SEL-1")), Map.of());

        assertEquals(
                List.of(
                        "QueueTest.typo names RQE-1, which is no statement",
                        "QueueTest.odd proves SEL-1, which is said to be not applicable"),
                conformance.errors());
    }

    @Test
    @DisplayName("given statements that are doubled, or a reason that stands alone, then they are refused")
    void statementsAreChecked() {
        assertRefused("- **REQ-1** a", "- **REQ-1** b");
        assertRefused("- **REQ-1** a", "", "  Not applicable: because");
        assertRefused("- **REQ-1** a", "  Not applicable:");
    }

    private static void assertRefused(String... lines) {
        List<String> all = List.of(lines);
        assertThrows(IllegalArgumentException.class, () -> Statements.parse(all));
    }

    private static Conformance of(List<Claim> claims, Map<TestMethod, Outcome> outcomes) {
        return new Conformance(Statements.parse(STATEMENTS), claims, outcomes);
    }

    private static List<String> ids(Conformance conformance) {
        return conformance.open().stream().map(Statement::id).toList();
    }

    private static Claim claim(String name, String id) {
        return new Claim(method(name), id + ": " + name, List.of(id));
    }

    private static TestMethod method(String name) {
        return new TestMethod("a.b.QueueTest", name);
    }

    private void source(String name, String text) throws IOException {
        Files.writeString(classes.resolve(name + ".java"), text);
    }

    private static void report(Path folder, String testCase, String content) throws IOException {
        Path file = folder.resolve("TEST-" + Math.abs(testCase.hashCode()) + ".xml");
        Files.writeString(
                file,
                "<testsuite><properties/><testcase name='" + testCase + "' classname='a.b.QueueTest' time='0'>"
                        + content + "</testcase></testsuite>");
    }
}
