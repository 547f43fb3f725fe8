// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.ermine.tee.embedded.options.OptionReader;
import org.ermine.tee.spi.policy.Permissions.Right;

/**
 * The rules that are in force. Immutable.
 *
 * @param byRight for every right the rules that permit something
 * @param authorities fingerprints of the certificates that vouch for names of signers
 */
record Rules(Map<Right, List<Rule>> byRight, Set<String> authorities) {

    /** The rule by which every bundle may do everything. */
    static final String OPEN = "*:*";

    /** Rules by which nobody may do anything. */
    static final Rules NONE = new Rules(
            Arrays.stream(Right.values()).collect(Collectors.toMap(right -> right, right -> List.of())), Set.of());

    static Rules read(OptionReader<PermissionsConfiguration> options) {
        Map<Right, List<Rule>> rules = new EnumMap<>(Right.class);
        rules.put(Right.DEVICE, rules(options, Right.DEVICE, PermissionsConfiguration::devices, name -> name));
        rules.put(Right.SERVICE, rules(options, Right.SERVICE, PermissionsConfiguration::services, RuleParser::number));
        rules.put(Right.IDENTITY, rules(options, Right.IDENTITY, PermissionsConfiguration::identities, name -> name));
        rules.put(
                Right.LISTENER,
                rules(options, Right.LISTENER, PermissionsConfiguration::listeners, RuleParser::number));
        rules.put(Right.CALLBACK, rules(options, Right.CALLBACK, PermissionsConfiguration::callbacks, name -> name));
        rules.put(
                Right.TRUSTED,
                rules(options, Right.TRUSTED, PermissionsConfiguration::trusted, RuleParser::numberOrName));
        Set<String> authorities = Set.copyOf(
                list(options, "authorities", PermissionsConfiguration::authorities, ",", Rules::authorities));
        if (authorities.isEmpty()
                && rules.values().stream().flatMap(List::stream).anyMatch(Rules::needsAuthority)) {
            options.reject(
                    "authorities",
                    "names none, but a rule has a distinguished name: without an authority anybody can have that name");
        }
        return new Rules(Map.copyOf(rules), authorities);
    }

    private static boolean needsAuthority(Rule rule) {
        return rule.signer() instanceof Signer.Name;
    }

    private static List<Rule> rules(
            OptionReader<PermissionsConfiguration> options,
            Right right,
            Function<PermissionsConfiguration, String[]> value,
            UnaryOperator<String> names) {
        return list(options, right.option(), value, ";", text -> RuleParser.parse(text, names));
    }

    /** No default may stand in for an option that is wrong: by default nearly everything is permitted. */
    private static <T> List<T> list(
            OptionReader<PermissionsConfiguration> options,
            String option,
            Function<PermissionsConfiguration, String[]> value,
            String separator,
            Function<String, List<T>> parse) {
        String text = options.text(option, value.andThen(parts -> String.join(separator, parts)), whole -> whole);
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            options.reject(option, "is refused: " + e.getMessage());
            return List.of();
        }
    }

    private static List<String> authorities(String text) {
        return Arrays.stream(text.split(","))
                .filter(part -> !part.isBlank())
                .map(RuleParser::fingerprint)
                .toList();
    }

    List<Rule> of(Right right) {
        return byRight.get(right);
    }

    boolean isOpen(Right right) {
        return of(right).stream().anyMatch(Rule::isOpen);
    }
}
