// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The words that the glossary excludes from names.
 *
 * @param words each in camel case, as it stands in the glossary; one with {@code ()} stands for a method without
 *     parameters
 */
record ExcludedWords(Set<String> words) {

    private static final String HEADING = "\n## Not used\n";
    private static final Pattern ROW = Pattern.compile("\\n\\| ([^|]*`[^|]*) \\|[^|]*\\|[^|]*\\|");
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");
    private static final Pattern PART = Pattern.compile("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])");
    private static final String NO_PARAMETERS = "()";

    /** The first column of the glossary's last table. */
    static ExcludedWords of(String glossary) {
        int start = glossary.indexOf(HEADING);
        Set<String> words = new TreeSet<>();
        Matcher rows = ROW.matcher(glossary.substring(start < 0 ? glossary.length() : start));
        while (rows.find()) {
            WORD.matcher(rows.group(1)).results().forEach(word -> words.add(word.group(1)));
        }
        return new ExcludedWords(words);
    }

    /**
     * The names of a type and of its package, and of the methods and variables that it declares, that have one of the
     * words.
     */
    List<String> in(DeclaredType type) {
        List<String> found = new ArrayList<>();
        if (Stream.of(type.inPackage().split("\\.")).anyMatch(this::has)) {
            found.add(type.inPackage());
        }
        if (has(type.simpleName())) {
            found.add(type.name());
        }
        for (DeclaredType.Method method : type.methods()) {
            boolean named = method.parameters() == 0 && words.contains(method.name() + NO_PARAMETERS);
            if (!method.isOverride() && (named || has(method.name()))) {
                found.add(type.name() + "." + method.name());
            }
        }
        type.variables().stream().filter(this::has).forEach(variable -> found.add(type.name() + "." + variable));
        return found;
    }

    private boolean has(String name) {
        List<String> parts = parts(name);
        return words.stream().anyMatch(word -> Collections.indexOfSubList(parts, parts(word)) >= 0);
    }

    private static List<String> parts(String name) {
        return name.endsWith(NO_PARAMETERS)
                ? List.of(name)
                : PART.matcher(name)
                        .results()
                        .map(part -> part.group().toLowerCase(Locale.ROOT))
                        .toList();
    }
}
