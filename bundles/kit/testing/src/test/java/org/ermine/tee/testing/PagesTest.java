// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the pages for authors show is compiled and run: as examples here, or by the script that carries out the pages.
 */
class PagesTest {

    private static final Pattern FENCED = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

    private static final Pattern GET_IT = Pattern.compile("]\\(([./]+README\\.md)#get-it\\)");

    private final Path bundles = Path.of("../..").toAbsolutePath().normalize();

    @ParameterizedTest
    @CsvSource({
        "api, 2, 0, 0",
        "supplicant, 3, 1, 0",
        "core, 2, 0, 0",
        "qtee-emulator, 3, 1, 0",
        "sealed-storage, 5, 0, 6"
    })
    void eachBlockIsPartOfASourceThatIsTestedOrACommandThatIsRun(String bundle, int java, int commands, int typed)
            throws IOException {
        String page = Files.readString(bundles.resolve(bundle).resolve("README.md"));
        List<MatchResult> blocks = FENCED.matcher(page).results().toList();
        String sources = flat(sources());

        for (MatchResult block : blocks) {
            if (block.group(1).equals("java")) {
                assertTrue(sources.contains(flat(block.group(2))), "no example has\n" + block.group(2));
            }
        }
        assertEquals(java, count(blocks, "java"), "Java blocks");
        assertEquals(commands, count(blocks, "sh"), "blocks of commands, which itests/pages/run carries out");
        assertEquals(typed, count(blocks, "karaf"), "blocks that itests/pages/run types in Karaf's console");
        assertEquals(java + commands + typed, blocks.size(), "all blocks");
    }

    @ParameterizedTest
    @CsvSource({"api", "supplicant", "core", "qtee-emulator", "sealed-storage", "qcomtee", "webconsole"})
    void eachLinkLeadsSomewhere(String bundle) throws IOException {
        Path page = bundles.resolve(bundle).resolve("README.md");
        List<String> broken = new ArrayList<>();
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            if (!Files.exists(page.resolveSibling(link.group(1)))) {
                broken.add(link.group(1));
            }
        }
        assertEquals(List.of(), broken);
    }

    @ParameterizedTest
    @CsvSource({
        "bundles/api",
        "bundles/supplicant",
        "bundles/core",
        "bundles/qtee-emulator",
        "bundles/sealed-storage",
        "bundles/qcomtee",
        "bundles/webconsole",
        "features",
        "runtime"
    })
    void eachPageLeadsToWhereErmineIsGot(String folder) throws IOException {
        Path page = bundles.resolveSibling(folder).resolve("README.md");
        Matcher link = GET_IT.matcher(Files.readString(page));
        assertTrue(link.find(), "no link to the section of the README");
        String readme = Files.readString(page.resolveSibling(link.group(1)).normalize());
        assertTrue(readme.contains("\n## Get it\n\n```sh\nmvn "), "no such section, with its command");
    }

    private static long count(List<MatchResult> blocks, String language) {
        return blocks.stream().filter(block -> block.group(1).equals(language)).count();
    }

    private String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String bundle : List.of("kit/testing", "sealed-storage")) {
            try (Stream<Path> files = Files.list(bundles.resolve(bundle).resolve("src/test/java/org/example"))) {
                for (Path file : files.sorted().toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    /** Removes white space, which differs with the place. */
    private static String flat(String code) {
        return code.replaceAll("\\s+", "");
    }
}
