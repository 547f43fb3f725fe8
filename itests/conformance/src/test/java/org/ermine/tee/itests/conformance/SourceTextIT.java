// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How sources are written, of all modules and all kinds of text: what a formatter leaves as it is. */
class SourceTextIT {

    private static final int COLUMNS = 120;

    /** Kinds of texts, by the ends of their names; scripts have no dot in theirs. */
    private static final Pattern TEXT =
            Pattern.compile("(.*\\.)?(bnd|bndrun|cfg|css|groovy|htm|java|jfc|js|json|md|pml|properties|svg"
                    + "|txt|xml|arm|compare|earlier|ermine|run|structure)");

    /**
     * Lines that may be longer: a row of a table, which Markdown does not let break; a description, which bundles and
     * shells show as it is; and what has no place where it could break, such as an address or a pattern.
     */
    private static final Pattern CANNOT_BREAK =
            Pattern.compile("\\|.*\\||\\s*<description>.*</description>|\\s*\\S*\\s*\\S{100,}");

    /** Each of its statements is one line, by which tests name it. */
    private static final String STATEMENTS = "itests/conformance/statements.md";

    private static final Pattern NEARLY_ALL =
            Pattern.compile("catch \\((?=[^)]*\\bRuntimeException\\b)(?=[^)]*\\bError\\b)");
    private static final Pattern TAG = Pattern.compile("@(return|param|throws) ");
    private static final Pattern TAG_FIRST = Pattern.compile("\\s*(/\\*)?\\*+ @(return|param|throws) .*");
    private static final Pattern VERSION = Pattern.compile("@Version\\(.*");
    private static final Pattern THREE_NUMBERS = Pattern.compile("@Version\\(\"\\d+\\.\\d+\\.\\d+\"\\)");

    /** Bytes in a test, from so many on that a reader no longer sees what each of them is: more than two words. */
    private static final Pattern BYTES = Pattern.compile("\"([0-9a-f]{2} ?){9,}\"");
    /** Bytes that go on in the next line, or a call whose arguments begin there. */
    private static final Pattern GOES_ON = Pattern.compile("\"[0-9a-f ]{8,}\"|\\($");

    private static final Pattern COMMENT = Pattern.compile("//|^\\s*\\*");

    private static Map<String, List<String>> texts;

    @BeforeAll
    static void readAll() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        texts = read(root);
    }

    /** The lines of all texts below a folder, but for what was built or is data of a test. */
    private static Map<String, List<String>> read(Path root) throws IOException {
        Map<String, List<String>> read = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                Path below = root.relativize(folder);
                return Set.of(".git", "target").contains(below.getFileName().toString())
                                || below.endsWith("src/test/resources")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (TEXT.matcher(file.getFileName().toString()).matches()) {
                    read.put(root.relativize(file).toString(), Files.readAllLines(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return read;
    }

    /** The places of lines in files of this kind. */
    private static List<String> lines(String ending, Predicate<String> is) {
        List<String> found = new ArrayList<>();
        texts.forEach((file, lines) -> {
            for (int i = 0; i < lines.size(); i++) {
                if (file.endsWith(ending) && is.test(lines.get(i))) {
                    found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        });
        return found;
    }

    private static boolean isTooLong(String line) {
        return line.length() > COLUMNS && !CANNOT_BREAK.matcher(line).matches();
    }

    private static boolean hasHiddenTag(String line) {
        return TAG.matcher(line).find()
                && !TAG_FIRST.matcher(line).matches()
                && line.strip().startsWith("/*");
    }

    private static boolean hasOddVersion(String line) {
        return VERSION.matcher(line).matches() && !THREE_NUMBERS.matcher(line).matches();
    }

    /** Whether a line catches nearly everything: what a method throws without declaring it would pass. */
    private static boolean catchesNearlyAll(String line) {
        return NEARLY_ALL.matcher(line).find();
    }

    /** The places in a file of bytes that no comment explains, on their line or before the lines that they stand in. */
    private static List<Integer> unexplainedBytes(List<String> lines) {
        List<Integer> found = new ArrayList<>();
        boolean explained = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean comment = COMMENT.matcher(line).find();
            if (BYTES.matcher(line).find() && !comment && !explained) {
                found.add(i + 1);
            }
            explained = comment || explained && GOES_ON.matcher(line).find();
        }
        return found;
    }

    private static Predicate<String> isIn(Collection<String> folders) {
        return line ->
                folders.stream().anyMatch(folder -> line.startsWith(folder + "/") || line.startsWith(folder + ":"));
    }

    @Test
    @DisplayName("given all texts of the project, then no line is longer than 120 columns, save where said")
    void linesAreNotTooLong() {
        List<String> found = lines("", SourceTextIT::isTooLong);
        found.removeIf(isIn(Set.of(STATEMENTS)));

        assertTrue(texts.size() > 1000, texts.size() + " texts are not all");
        assertEquals("", String.join("\n", found));
    }

    @Test
    @DisplayName("given all comments, then what is returned, thrown and passed stands where Javadoc reads it")
    void tagsStandFirst() {
        assertEquals("", String.join("\n", lines(".java", SourceTextIT::hasHiddenTag)));
    }

    @Test
    @DisplayName("given the versions of packages, then each is written with three numbers")
    void versionsAreWrittenAlike() {
        assertEquals("", String.join("\n", lines("package-info.java", SourceTextIT::hasOddVersion)));
    }

    @Test
    @DisplayName("ERM-22: given all code of bundles, then none takes RuntimeException and Error together for all that"
            + " can be thrown")
    void allIsCaughtAsThrowable() {
        List<String> found = lines(".java", SourceTextIT::catchesNearlyAll);
        found.removeIf(line -> !line.contains("/src/main/java/"));

        assertEquals("", String.join("\n", found), "catch Throwable instead");
        assertTrue(catchesNearlyAll("} catch (IOException | RuntimeException | " + "Error e) {"));
        assertTrue(catchesNearlyAll("} catch (RuntimeException | IOException | " + "Error e) {"));
        assertTrue(!catchesNearlyAll("} catch (RuntimeException e) {"));
        assertTrue(!catchesNearlyAll("} catch (RuntimeException | StackOverflowError e) {"));
    }

    @Test
    @DisplayName("given the bytes of messages in tests, then a comment says what each of their fields is")
    void bytesAreExplained() {
        List<String> found = new ArrayList<>();
        texts.forEach((file, lines) -> {
            if (file.endsWith(".java") && file.contains("src/test/")) {
                unexplainedBytes(lines).forEach(line -> found.add(file + ":" + line));
            }
        });
        assertEquals("", String.join("\n", found));
    }

    @Test
    @DisplayName("given bytes with and without a comment, then those without are found")
    void unexplainedBytesAreFound() {
        String bytes = "\"" + "01000000 ".repeat(4).strip() + "\"";

        assertEquals(List.of(1), unexplainedBytes(List.of("callback(" + bytes + ");")));
        assertEquals(List.of(), unexplainedBytes(List.of("callback(\"01000000 02000000\");")));
        assertEquals(List.of(), unexplainedBytes(List.of("callback(" + bytes + "); // what they are")));
        assertEquals(List.of(), unexplainedBytes(List.of("// what they are", "Hex.of(", bytes, "+ " + bytes + ");")));
        assertEquals(List.of(4), unexplainedBytes(List.of("// of others", bytes + ";", "other();", bytes + ";")));
    }

    @Test
    @DisplayName("given lines that are too long, hide a tag or have a shorter version, then they are found")
    void oddLinesAreFound() {
        String words = "word ".repeat(30);

        assertTrue(isTooLong(words));
        assertTrue(isTooLong("| " + words));
        assertTrue(!isTooLong("| " + words + "|"));
        assertTrue(!isTooLong("    https://" + "x".repeat(120)));
        assertTrue(hasHiddenTag("    /** Does it. @return what " + "it did */"));
        assertTrue(!hasHiddenTag("    /** @return what it did */"));
        assertTrue(!hasHiddenTag("     * @return what it did"));
        assertTrue(hasOddVersion("@Version(\"1.0\")"));
        assertTrue(!hasOddVersion("@Version(\"1.0.0\")"));
    }
}
