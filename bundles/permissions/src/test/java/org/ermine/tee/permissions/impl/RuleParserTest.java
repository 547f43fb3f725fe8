// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleParserTest {

    private static final String FINGERPRINT = "0123456789abcdef".repeat(4);

    @Test
    void aRuleNamesBundlesAndThings() {
        List<Rule> rules = RuleParser.parse(" com.acme.*: qtee-*, tee0 ;\n*:x ", name -> name);

        assertEquals(2, rules.size());
        assertTrue(rules.get(0).concerns("com.acme.wallet", "qtee-emulator"));
        assertTrue(rules.get(0).concerns("com.acme.", "tee0"));
        assertFalse(rules.get(0).concerns("com.acme", "tee0"));
        assertFalse(rules.get(0).concerns("com.acme.wallet", "tee01"));
        assertFalse(rules.get(0).concerns("org.com.acme.wallet", "tee0"));
        assertTrue(rules.get(1).concerns("anything", "x"));
    }

    @Test
    void aSignerIsAFingerprintOrANameInQuotes() {
        String colons = FINGERPRINT.toUpperCase().replaceAll("(..)(?!$)", "$1:");
        assertEquals(
                new Signer.Certificate(FINGERPRINT),
                RuleParser.parse("a signed by " + FINGERPRINT + ": b", name -> name)
                        .get(0)
                        .signer());
        assertEquals(
                new Signer.Certificate(FINGERPRINT),
                RuleParser.parse("a  signed  by  " + colons + ": b", name -> name)
                        .get(0)
                        .signer());
        Rule named = RuleParser.parse("a signed by \"CN=Acme\\; Inc: 1, O=Acme\": b; c: d", name -> name)
                .get(0);
        assertEquals(
                RuleParser.parse("a signed by \"cn=acme\\; inc: 1,o=ACME\": b", name -> name)
                        .get(0)
                        .signer(),
                named.signer());
    }

    @Test
    void onlyWhatIsForEveryBundleAndEverythingIsOpen() {
        assertTrue(RuleParser.parse("*: *", name -> name).get(0).isOpen());
        assertTrue(RuleParser.parse("*: a, *", name -> name).get(0).isOpen());
        assertFalse(RuleParser.parse("a*: *", name -> name).get(0).isOpen());
        assertFalse(RuleParser.parse("*: a*", name -> name).get(0).isOpen());
        assertFalse(RuleParser.parse("* signed by " + FINGERPRINT + ": *", name -> name)
                .get(0)
                .isOpen());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.acme",
                "com.acme:",
                ": x",
                "com.acme signed by: x",
                "com.acme signed by 0123: x",
                "com.acme signed by CN=Acme: x",
                "com.acme signed by \"Acme\": x",
                "com acme: x",
                "a: b,, c",
                "a: b,"
            })
    void whatIsNoRuleIsRefusedAndQuoted(String text) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> RuleParser.parse("ok: x; " + text, name -> name));
        assertTrue(refused.getMessage().contains("'" + text + "'"), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"87, 87", "0x57, 87", "0X57, 87", "007, 7", "4294967295, 4294967295", "0xffffffff, 4294967295", "*, *"})
    void aNumberMayBeDecimalOrHexadecimal(String text, String number) {
        assertEquals(number, RuleParser.number(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "4294967296", "99999999999", "0x", "0x100000000", "5*", "five", "1e3"})
    void whatIsNoNumberIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> RuleParser.number(text));
    }

    @ParameterizedTest
    @CsvSource({
        "*, '', true",
        "a*c, abbc, true",
        "a*c, ac, true",
        "a*c, acb, false",
        "*a*b*, xaxbx, true",
        "a, A, false",
        "**, x, true",
        "a*b*a, aba, true",
        "a*b*a, ab, false",
        "., x, false"
    })
    void aStarStandsForAnyText(String pattern, String text, boolean matches) {
        assertEquals(matches, new Glob(pattern).matches(text));
    }
}
