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

    /** Rules by which no bundle may do anything. */
    static final Rules NONE = new Rules(
            Arrays.stream(Right.values()).collect(Collectors.toMap(right -> right, right -> List.of())), Set.of());

    static Rules read(OptionReader<PermissionsConfiguration> options) {
        Map<Right, List<Rule>> rules = new EnumMap<>(Right.class);
        rules.put(Right.DEVICE, rules(options, PermissionsConfiguration::devices, name -> name));
        rules.put(Right.SERVICE, rules(options, PermissionsConfiguration::services, RuleParser::number));
        rules.put(Right.IDENTITY, rules(options, PermissionsConfiguration::identities, name -> name));
        rules.put(Right.LISTENER, rules(options, PermissionsConfiguration::listeners, RuleParser::number));
        rules.put(Right.CALLBACK, rules(options, PermissionsConfiguration::callbacks, name -> name));
        rules.put(Right.TRUSTED, rules(options, PermissionsConfiguration::trusted, RuleParser::numberOrName));
        Set<String> authorities =
                Set.copyOf(list(options, PermissionsConfiguration::authorities, ",", Rules::authorities));
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
            Function<PermissionsConfiguration, String[]> value,
            UnaryOperator<String> names) {
        return list(options, value, ";", text -> RuleParser.parse(text, names));
    }

    /**
     * Returns the values of an option. If one is wrong, no default may take its place, since by default nearly
     * everything is permitted.
     */
    private static <T> List<T> list(
            OptionReader<PermissionsConfiguration> options,
            Function<PermissionsConfiguration, String[]> value,
            String separator,
            Function<String, List<T>> parse) {
        return options.required(value.andThen(parts -> String.join(separator, parts)), parse, List.of());
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
