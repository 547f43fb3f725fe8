// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/**
 * The code in the README is the code that {@link ReadmeIT} runs, and its commands are those that itests/pages/run
 * carries out.
 */
public class ReadmeTest {

    private static final Pattern FENCED = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);

    private final Path readme =
            Path.of(System.getProperty("basedir"), "../../README.md").normalize();

    @Test
    public void eachJavaBlockIsTheEndOfASourceThatIsBuilt() throws IOException {
        List<String> blocks = blocks("java");
        List<String> sources = List.of(
                source("readme-client/src/main/java/org/example/hello/Hello.java"),
                source("readme-handler/src/main/java/org/example/processors/Processors.java"));

        assertEquals("Java blocks in the README", sources.size(), blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            assertTrue(
                    "not the end of the source:\n" + blocks.get(i),
                    sources.get(i).endsWith("\n" + blocks.get(i)));
        }
    }

    @Test
    public void eachCommandNamesAFileOrMaven() throws IOException {
        assertEquals(
                List.of("mvn -B install -DskipTests -DskipITs\n", "runtime/ermine demo\n", "mvn -B verify\n"),
                blocks("sh"));
        assertTrue(Files.isExecutable(readme.resolveSibling("runtime/ermine")));
    }

    @Test
    public void eachLinkLeadsSomewhere() throws IOException {
        Matcher link = Pattern.compile("]\\(([^)#]+)").matcher(Files.readString(readme));
        while (link.find()) {
            assertTrue("broken link: " + link.group(1), Files.exists(readme.resolveSibling(link.group(1))));
        }
    }

    private List<String> blocks(String language) throws IOException {
        try (Stream<java.util.regex.MatchResult> found =
                FENCED.matcher(Files.readString(readme)).results()) {
            return found.filter(block -> block.group(1).equals(language))
                    .map(block -> block.group(2))
                    .collect(Collectors.toList());
        }
    }

    private String source(String path) throws IOException {
        return Files.readString(readme.resolveSibling("itests").resolve(path));
    }
}
