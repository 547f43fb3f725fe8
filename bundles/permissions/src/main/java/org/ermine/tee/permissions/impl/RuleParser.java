// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * Reads rules: {@code BUNDLES [signed by SIGNER]: NAME, NAME...}, separated by semicolons. A signer is the SHA-256
 * fingerprint of a certificate, 64 hexadecimal digits with or without colons between the bytes, or a distinguished name
 * in quotes.
 */
final class RuleParser {

    private static final String HEX = "[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}";
    private static final Pattern FINGERPRINT = Pattern.compile(HEX);
    private static final Pattern RULE = Pattern.compile("(?<bundles>[^\\s:;\"]+)"
            + "(?:\\s+signed\\s+by\\s+(?:\"(?<name>[^\"]+)\"|(?<fingerprint>" + HEX + ")))?"
            + "\\s*:\\s*(?<names>[^\\s].*)");
    /** A semicolon with an even number of quotes behind it. */
    private static final String SEPARATOR = ";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";

    private RuleParser() {}

    /**
     * @param names returns the form in which the name of a thing in a rule is asked for
     * @throws IllegalArgumentException telling what is wrong with which rule
     */
    static List<Rule> parse(String text, UnaryOperator<String> names) {
        return Arrays.stream(text.split(SEPARATOR))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .map(rule -> rule(rule, names))
                .toList();
    }

    private static Rule rule(String text, UnaryOperator<String> names) {
        Matcher parts = RULE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no rule: expected BUNDLES: NAME, NAME... or BUNDLES signed by SIGNER: NAME, NAME..., "
                    + "where SIGNER is"
                    + " a SHA-256 fingerprint of 64 hexadecimal digits or a distinguished name in quotes");
        }
        List<Glob> things = Arrays.stream(parts.group("names").split(",", -1))
                .map(String::strip)
                .map(name -> new Glob(name(name, names, text)))
                .toList();
        return new Rule(new Glob(parts.group("bundles")), signer(parts, text), things, text);
    }

    private static String name(String name, UnaryOperator<String> names, String rule) {
        try {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a name is empty");
            }
            return names.apply(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + rule + "': " + e.getMessage());
        }
    }

    private static Signer signer(Matcher parts, String rule) {
        if (parts.group("fingerprint") != null) {
            return new Signer.Certificate(fingerprint(parts.group("fingerprint")));
        }
        String name = parts.group("name");
        if (name == null) {
            return null;
        }
        try {
            return new Signer.Name(new X500Principal(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + rule + "': " + name + " is no distinguished name");
        }
    }

    /** Returns a fingerprint in the form in which fingerprints are compared. */
    static String fingerprint(String text) {
        String stripped = text.strip();
        if (!FINGERPRINT.matcher(stripped).matches()) {
            throw new IllegalArgumentException("'" + stripped + "' is no SHA-256 fingerprint of 64 hexadecimal digits");
        }
        return HexFormat.of().formatHex(HexFormat.of().parseHex(stripped.replace(":", "")));
    }

    /**
     * Returns the number of a service or listener in the form in which it is asked for: unsigned and decimal, or any.
     */
    static String number(String text) {
        if (text.equals("*")) {
            return text;
        }
        if (!isNumber(text)) {
            throw new IllegalArgumentException(
                    text + " is no number from 0 to 4294967295, decimal or hexadecimal (0x57)");
        }
        return decimal(text);
    }

    /** Returns the UID of a trusted service in the form in which it is asked for, or the name of an application. */
    static String numberOrName(String text) {
        return isNumber(text) ? decimal(text) : text;
    }

    private static boolean isNumber(String text) {
        return text.matches("0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10}") && Long.decode(plain(text)) <= 0xffff_ffffL;
    }

    private static String decimal(String text) {
        return Long.toString(Long.decode(plain(text)));
    }

    /** Removes the zeros in front that would make a number an octal one. */
    private static String plain(String text) {
        return text.matches("[0-9]+") ? Long.toString(Long.parseLong(text)) : text;
    }
}
