// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ermine.tee.trusted.TrustedClient;

/**
 * Which clients may use which drawers beside their own. A rule is {@code BUNDLES: DRAWER, DRAWER...}, where BUNDLES is
 * a symbolic name, and {@code *} stands for any text in both; rules are separated by semicolons. What no rule permits
 * is refused. Immutable.
 */
public record DrawerRules(List<Rule> rules) {

    /** Everybody what was everybody's before there were drawers. */
    public static final String BY_DEFAULT = "*: common";

    /** Nobody any drawer but the own. */
    public static final DrawerRules NONE = new DrawerRules(List.of());

    private static final Pattern RULE = Pattern.compile("(?<bundles>[^\\s:;]+)\\s*:\\s*(?<drawers>[^\\s].*)");

    public DrawerRules {
        rules = List.copyOf(rules);
    }

    /** Both are texts in which {@code *} stands for any text. */
    record Rule(String bundles, List<String> drawers) {

        boolean permits(String bundle, String drawer) {
            return matches(bundles, bundle) && drawers.stream().anyMatch(each -> matches(each, drawer));
        }

        private static boolean matches(String pattern, String text) {
            String regular =
                    Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return Pattern.compile(regular, Pattern.DOTALL).matcher(text).matches();
        }
    }

    /** @throws IllegalArgumentException telling what is wrong with which rule */
    public static DrawerRules parse(String text) {
        return new DrawerRules(Arrays.stream(text.split(";"))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .map(DrawerRules::rule)
                .toList());
    }

    private static Rule rule(String text) {
        var parts = RULE.matcher(text);
        List<String> drawers = parts.matches()
                ? Arrays.stream(parts.group("drawers").split(",", -1))
                        .map(String::strip)
                        .toList()
                : List.of();
        if (drawers.isEmpty() || drawers.contains("")) {
            throw new IllegalArgumentException("'" + text + "' is no rule: expected BUNDLES: DRAWER, DRAWER...");
        }
        return new Rule(parts.group("bundles"), drawers);
    }

    /** Whether a client may use a drawer. One that nothing is known of has none of its own, and is in no rule. */
    boolean permits(TrustedClient client, Drawer drawer) {
        return Drawer.of(client)
                .filter(own -> own.equals(drawer)
                        || rules.stream().anyMatch(rule -> rule.permits(client.packageName(), drawer.name())))
                .isPresent();
    }
}
