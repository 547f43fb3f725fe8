// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells of what a configuration sets and no option reads, most likely a mistyped name. Keys with a dot are those of the
 * framework and of tools, such as {@code service.pid}, {@code component.id} and {@code felix.fileinstall.filename}:
 * they are told of only if they all but are the name of an option.
 *
 * <p>{@code this} guards {@code told}.
 */
final class OptionNames {

    /** So many letters a key with a dot may differ in and still be taken for an option. */
    private static final int NEAR = 2;

    /** What stands for another character in a method of a component property type. */
    private static final Pattern ENCODED = Pattern.compile("\\$_\\$|\\$\\$|\\$|__|_");

    private static final Pattern NO_LETTER = Pattern.compile("[^a-z0-9]");

    private static final String PREFIX = "PREFIX_";

    private final String pid;
    private final Set<String> names;
    private final Consumer<String> problems;
    private Set<String> told = Set.of();

    /** @param type a component property type with at least one option */
    OptionNames(String pid, Class<? extends Annotation> type, Consumer<String> problems) {
        this.pid = pid;
        this.problems = problems;
        names = new TreeSet<>();
        for (Method option : type.getDeclaredMethods()) {
            if (Modifier.isAbstract(option.getModifiers())) {
                names.add(name(type, option));
            }
        }
    }

    /** Tells of each key that is no option, once for as long as it is there. */
    synchronized void check(Collection<String> keys) {
        Map<String, String> unknown = new TreeMap<>();
        for (String key : keys) {
            if (!names.contains(key)) {
                String closest = closest(key);
                if (key.indexOf('.') < 0 || distance(key, closest) <= NEAR) {
                    unknown.put(key, closest);
                }
            }
        }
        unknown.forEach((key, closest) -> {
            if (!told.contains(key)) {
                problems.accept("option " + key + " of " + pid + " is unknown and has no effect; the closest one is "
                        + closest);
            }
        });
        told = Set.copyOf(unknown.keySet());
    }

    private String closest(String key) {
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(key, name)))
                .orElseThrow();
    }

    /**
     * How many letters are to be put in, left out or replaced to make one of the other; case and punctuation do not
     * count.
     */
    private static int distance(String one, String other) {
        String from = letters(one);
        String to = letters(other);
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, column -> column);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[to.length()];
    }

    private static String letters(String name) {
        return NO_LETTER.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /** The name of the property that an option reads. */
    static String name(Class<? extends Annotation> type, Method option) {
        return prefix(type) + decoded(option.getName());
    }

    private static String prefix(Class<?> type) {
        try {
            Field prefix = type.getField(PREFIX);
            prefix.setAccessible(true);
            return (String) prefix.get(null);
        } catch (NoSuchFieldException e) {
            return "";
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(PREFIX + " of " + type + " cannot be read", e);
        }
    }

    /** As Declarative Services map the names of methods to those of properties. */
    private static String decoded(String method) {
        return ENCODED.matcher(method)
                .replaceAll(match -> Matcher.quoteReplacement(
                        switch (match.group()) {
                            case "$_$" -> "-";
                            case "$$" -> "$";
                            case "$" -> "";
                            case "__" -> "_";
                            default -> ".";
                        }));
    }
}
