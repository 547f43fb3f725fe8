// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page for operators. What stands in its code blocks for Karaf is typed in its console. */
final class OperatorsPage {

    private static final String BLOCK = "```";
    private static final String CONSOLE = BLOCK + "karaf";
    private static final String SECTION = "## ";

    private OperatorsPage() {}

    /** The command lines by section, as they stand there. */
    static Map<String, List<String>> commands() throws IOException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        String section = "";
        String block = null;
        for (String line : Files.readAllLines(Path.of(System.getProperty("ermine.operators")))) {
            if (line.startsWith(BLOCK)) {
                block = block == null ? line : null;
            } else if (block == null && line.startsWith(SECTION)) {
                section = line.substring(SECTION.length());
            } else if (CONSOLE.equals(block)) {
                commands.computeIfAbsent(section, none -> new ArrayList<>()).add(line);
            }
        }
        return commands;
    }
}
