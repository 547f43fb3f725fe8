// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import static org.ermine.tee.permissions.impl.ConfiguredPermissions.bundle;
import static org.ermine.tee.permissions.impl.ConfiguredPermissions.configuration;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;

class BundlePermissionsTest {

    private static final Bundle WALLET = bundle("com.acme.wallet");
    private static final Bundle OTHER = bundle("com.example");

    private static PermissionsDTO describe(RulePolicy permissions) {
        PermissionsDTO dto = new PermissionsDTO();
        permissions.describe(dto);
        return dto;
    }

    private static boolean permits(RulePolicy permissions, Bundle bundle, Right right, String name) {
        return permissions.objection(bundle, right, name) == null;
    }

    private static void modify(RulePolicy permissions, PermissionsConfiguration changed) {
        permissions.modified(changed, Map.of());
    }

    private static RulePolicy policy(PermissionsConfiguration configuration) {
        return new RulePolicy(ConfiguredPermissions.framework("false"), configuration, Map.of());
    }

    @Test
    void withoutConfigurationEverythingIsPermittedAndThatIsTold() {
        RulePolicy permissions = policy(configuration(Map.of()));

        for (Right right : EnumSet.complementOf(EnumSet.of(Right.IDENTITY))) {
            assertTrue(permits(permissions, OTHER, right, "1"), right.toString());
        }
        assertArrayEquals(
                new String[] {"devices", "services", "listeners", "callbacks", "trusted"},
                describe(permissions).leftOpen);
    }

    @Test
    @DisplayName(
            "ERM-16: given no rule for identities, then nobody speaks for others; given one, then those whom it names")
    void nobodySpeaksForOthersUnlessARuleSaysSo() {
        RulePolicy permissions = policy(configuration(Map.of()));
        assertEquals(
                "no rule of option identities of org.ermine.tee.permissions permits it",
                permissions.objection(OTHER, Right.IDENTITY, "tee0"));

        modify(permissions, configuration("identities", "com.acme.wallet: tee0"));
        assertTrue(permits(permissions, WALLET, Right.IDENTITY, "tee0"));
        assertFalse(permits(permissions, WALLET, Right.IDENTITY, "tee1"));
        assertFalse(permits(permissions, OTHER, Right.IDENTITY, "tee0"));

        modify(permissions, configuration("identities", "*: *"));
        assertTrue(permits(permissions, OTHER, Right.IDENTITY, "tee0"));
        assertTrue(List.of(describe(permissions).leftOpen).contains("identities"), "that is told");
    }

    @Test
    @DisplayName("ERM-16: who may do what goes by the bundle, and the objection names the option")
    void whoMayDoWhatGoesByTheBundle() {
        RulePolicy permissions = policy(configuration("services", "com.acme.*: 0x57, 5000"));

        assertTrue(permits(permissions, WALLET, Right.SERVICE, "87"));
        assertEquals(
                "no rule of option services of org.ermine.tee.permissions permits it",
                permissions.objection(OTHER, Right.SERVICE, "87"));
        assertFalse(permits(permissions, WALLET, Right.SERVICE, "88"));
        assertFalse(permits(permissions, WALLET, Right.SERVICE, "*"));
        assertTrue(permits(permissions, OTHER, Right.DEVICE, "tee0"), "only services were restricted");
        assertEquals(List.of("devices", "listeners", "callbacks", "trusted"), List.of(describe(permissions).leftOpen));
    }

    @Test
    @DisplayName("ERM-22: given a bundle that cannot be checked, then it is refused, and others are checked as ever")
    void aBundleThatCannotBeCheckedIsRefused() {
        Bundle hostile = ConfiguredPermissions.hostile("com.example.hostile");
        RulePolicy permissions =
                policy(configuration("devices", "com.acme.*: *; com.example.* signed by " + "01".repeat(32) + ": *"));

        String objection = permissions.objection(hostile, Right.DEVICE, "tee0");
        assertTrue(objection.contains("it cannot be checked"), objection);
        assertTrue(permits(permissions, WALLET, Right.DEVICE, "tee0"));
    }

    @Test
    void aBundleThatIsGoneMayDoWhatEveryBundleMay() {
        RulePolicy permissions = policy(configuration("devices", "com.acme.*: *"));

        assertTrue(permits(permissions, null, Right.LISTENER, "1"));
        assertFalse(permits(permissions, null, Right.DEVICE, "tee0"));
    }

    @Test
    void aChangeIsInForceAtOnceAndToldOnce() {
        RulePolicy permissions = policy(configuration(Map.of()));
        AtomicInteger told = new AtomicInteger();
        permissions.onChange(told::incrementAndGet);

        modify(permissions, configuration("devices", "com.acme.*: *"));
        assertFalse(permits(permissions, OTHER, Right.DEVICE, "tee0"));
        modify(permissions, configuration("devices", "com.acme.*: *"));
        assertEquals(1, told.get(), "the second one changed nothing");
        permissions.onChange(null);
        modify(permissions, configuration(Map.of()));
        assertTrue(permits(permissions, OTHER, Right.DEVICE, "tee0"));
        assertEquals(1, told.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.acme.* may do it", "com.acme signed by \"CN=Acme\": tee0"})
    void aWrongChangeIsRefusedAndWhatWasInForceStays(String rule) {
        RulePolicy permissions = policy(configuration("devices", "com.acme.*: *"));

        modify(permissions, configuration("devices", rule));
        assertTrue(permits(permissions, WALLET, Right.DEVICE, "tee0"));
        assertFalse(permits(permissions, OTHER, Right.DEVICE, "tee0"));
        assertEquals("", describe(permissions).failure);
    }

    @Test
    @DisplayName("ERM-16: given a framework that requires permissions, then nothing is permitted before and without a "
            + "configuration")
    void requiredPermissionsAreThoseOfAConfiguration() {
        Map<String, Object> configured = Map.of("service.pid", PermissionsConfiguration.PID);
        RulePolicy permissions =
                new RulePolicy(ConfiguredPermissions.framework("true"), configuration(Map.of()), Map.of());
        AtomicInteger told = new AtomicInteger();
        permissions.onChange(told::incrementAndGet);
        assertFalse(permits(permissions, WALLET, Right.DEVICE, "tee0"));
        assertEquals(
                "permissions are required, and there is no configuration org.ermine.tee.permissions",
                describe(permissions).failure);

        permissions.modified(configuration("devices", "com.acme.*: *"), configured);
        assertTrue(permits(permissions, WALLET, Right.DEVICE, "tee0"));
        assertFalse(permits(permissions, OTHER, Right.DEVICE, "tee0"));
        assertEquals("", describe(permissions).failure);
        permissions.modified(configuration(Map.of()), Map.of());
        assertFalse(permits(permissions, WALLET, Right.DEVICE, "tee0"), "it was deleted");
        assertEquals(2, told.get());
    }

    @Test
    void givenAFrameworkThatDoesNotRequirePermissionsThenTheDefaultHoldsWithoutAConfiguration() {
        RulePolicy permissions =
                new RulePolicy(ConfiguredPermissions.framework(" False"), configuration(Map.of()), Map.of());
        assertTrue(permits(permissions, OTHER, Right.DEVICE, "tee0"));
    }

    @Test
    void aWrongConfigurationAtTheStartPermitsNothingUntilItIsRight() {
        RulePolicy permissions = policy(configuration("services", "com.acme: five"));

        for (Right right : Right.values()) {
            assertFalse(permits(permissions, WALLET, right, "1"), right.toString());
        }
        assertEquals(
                "option services of org.ermine.tee.permissions is refused: 'com.acme: five': five is no number from 0 "
                        + "to"
                        + " 4294967295, decimal or hexadecimal (0x57)",
                describe(permissions).failure);
        assertEquals(0, describe(permissions).leftOpen.length);

        modify(permissions, configuration("services", "com.acme.wallet: 5"));
        assertTrue(permits(permissions, WALLET, Right.SERVICE, "5"));
        assertTrue(permits(permissions, WALLET, Right.DEVICE, "tee0"));
        assertEquals("", describe(permissions).failure);
    }
}
