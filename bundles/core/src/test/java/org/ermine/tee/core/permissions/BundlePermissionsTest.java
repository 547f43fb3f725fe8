// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import static org.ermine.tee.core.permissions.ConfiguredPermissions.bundle;
import static org.ermine.tee.core.permissions.ConfiguredPermissions.configuration;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.permissions.Refusals.Telling;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.Permissions.Right;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;

class BundlePermissionsTest {

    private static final Bundle WALLET = bundle("com.acme.wallet");
    private static final Bundle OTHER = bundle("com.example");

    private static PermissionsDTO describe(BundlePermissions permissions) {
        RuntimeDTO dto = new RuntimeDTO();
        permissions.describe(dto);
        return dto.permissions;
    }

    private static void modify(BundlePermissions permissions, PermissionsConfiguration changed) {
        permissions.modified(changed, Map.of());
    }

    @Test
    void withoutConfigurationEverythingIsPermittedAndThatIsTold() {
        BundlePermissions permissions = new BundlePermissions(configuration(Map.of()));

        for (Right right : EnumSet.complementOf(EnumSet.of(Right.IDENTITY))) {
            assertTrue(permissions.permits(OTHER, right, "1"), right.toString());
        }
        assertArrayEquals(
                new String[] {"devices", "services", "listeners", "callbacks", "trusted"},
                describe(permissions).leftOpen);
    }

    @Test
    @DisplayName(
            "ERM-16: given no rule for identities, then nobody speaks for others; given one, then those whom it names")
    void nobodySpeaksForOthersUnlessARuleSaysSo() throws TeeException {
        BundlePermissions permissions = new BundlePermissions(configuration(Map.of()));
        TeeException refused =
                assertThrows(TeeException.class, () -> permissions.require(OTHER, Right.IDENTITY, "tee0"));
        assertEquals(
                "com.example 1.2.3 [17] may not register with device tee0 under another identity than its own: no rule of"
                        + " option identities of org.ermine.tee.permissions permits it",
                refused.getMessage());

        modify(permissions, configuration("identities", "com.acme.wallet: tee0"));
        permissions.require(WALLET, Right.IDENTITY, "tee0");
        assertFalse(permissions.permits(WALLET, Right.IDENTITY, "tee1"));
        assertFalse(permissions.permits(OTHER, Right.IDENTITY, "tee0"));

        modify(permissions, configuration("identities", "*: *"));
        assertTrue(permissions.permits(OTHER, Right.IDENTITY, "tee0"));
        assertTrue(List.of(describe(permissions).leftOpen).contains("identities"), "that is told");
    }

    @Test
    @DisplayName("ERM-16: who may do what goes by the bundle, and a refusal names it, what was refused and why")
    void aRefusalNamesTheBundleAndWhatWasRefused() throws TeeException {
        BundlePermissions permissions = new BundlePermissions(configuration("services", "com.acme.*: 0x57, 5000"));

        permissions.require(WALLET, Right.SERVICE, "87");
        TeeException refused = assertThrows(TeeException.class, () -> permissions.require(OTHER, Right.SERVICE, "87"));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
        assertEquals(
                "com.example 1.2.3 [17] may not open service 87: no rule of option services of org.ermine.tee.permissions"
                        + " permits it",
                refused.getMessage());
        assertThrows(TeeException.class, () -> permissions.require(WALLET, Right.SERVICE, "88"));
        assertThrows(TeeException.class, () -> permissions.require(WALLET, Right.SERVICE, "*"));
        assertTrue(permissions.permits(OTHER, Right.DEVICE, "tee0"), "only services were restricted");
        assertEquals(List.of("devices", "listeners", "callbacks", "trusted"), List.of(describe(permissions).leftOpen));
    }

    @Test
    void refusalsAreCountedByBundleAndOption() {
        BundlePermissions permissions = new BundlePermissions(
                configuration(Map.of("services", new String[] {"com.acme.*: 1"}, "devices", new String[] {})));

        for (int uid = 10; uid < 13; uid++) {
            String name = Integer.toString(uid);
            assertThrows(TeeException.class, () -> permissions.require(OTHER, Right.SERVICE, name));
        }
        assertThrows(TeeException.class, () -> permissions.require(OTHER, Right.DEVICE, "tee0"));
        assertFalse(permissions.permits(OTHER, Right.DEVICE, "tee0"), "a question is no refusal");

        PermissionsDTO dto = describe(permissions);
        assertEquals(4, dto.refused);
        assertEquals(2, dto.refusals.length);
        RefusalDTO services = dto.refusals[0];
        assertEquals("com.example 1.2.3", services.bundle);
        assertEquals(17, services.bundleId);
        assertEquals("services", services.option);
        assertEquals("12", services.name);
        assertEquals(3, services.count);
        assertEquals("devices", dto.refusals[1].option);
    }

    @Test
    @DisplayName("ERM-22: given a bundle that cannot be judged, then it is refused, and others are judged as ever")
    void aBundleThatCannotBeJudgedIsRefused() {
        Bundle hostile = ConfiguredPermissions.hostile("com.example.hostile");
        BundlePermissions permissions = new BundlePermissions(
                configuration("devices", "com.acme.*: *; com.example.* signed by " + "01".repeat(32) + ": *"));

        assertFalse(permissions.permits(hostile, Right.DEVICE, "tee0"));
        TeeException refused =
                assertThrows(TeeException.class, () -> permissions.require(hostile, Right.DEVICE, "tee0"));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
        assertTrue(refused.getMessage().contains("it cannot be judged"), refused.getMessage());
        assertTrue(permissions.permits(WALLET, Right.DEVICE, "tee0"));
    }

    @Test
    @DisplayName("ERM-22: given a listener that throws an Error, when permissions change, then the others are told")
    void aListenerThatThrowsKeepsNobodyUntold() {
        BundlePermissions permissions = new BundlePermissions(configuration(Map.of()));
        AtomicInteger told = new AtomicInteger();
        permissions.addListener(told::incrementAndGet);
        permissions.addListener(() -> {
            throw new StackOverflowError("as a hostile bundle brings it about");
        });
        permissions.addListener(told::incrementAndGet);

        modify(permissions, configuration("devices", "com.acme.*: *"));
        assertEquals(2, told.get());
    }

    @Test
    void aBundleThatIsGoneMayDoWhatEveryBundleMay() {
        BundlePermissions permissions = new BundlePermissions(configuration("devices", "com.acme.*: *"));

        assertTrue(permissions.permits(null, Right.LISTENER, "1"));
        assertFalse(permissions.permits(null, Right.DEVICE, "tee0"));
    }

    @Test
    void aChangeIsInForceAtOnceAndToldOnce() {
        BundlePermissions permissions = new BundlePermissions(configuration(Map.of()));
        AtomicInteger told = new AtomicInteger();
        Runnable listener = told::incrementAndGet;
        permissions.addListener(listener);

        modify(permissions, configuration("devices", "com.acme.*: *"));
        assertFalse(permissions.permits(OTHER, Right.DEVICE, "tee0"));
        modify(permissions, configuration("devices", "com.acme.*: *"));
        assertEquals(1, told.get(), "the second one changed nothing");
        permissions.removeListener(listener);
        modify(permissions, configuration(Map.of()));
        assertTrue(permissions.permits(OTHER, Right.DEVICE, "tee0"));
        assertEquals(1, told.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.acme.* may do it", "com.acme signed by \"CN=Acme\": tee0"})
    void aWrongChangeIsRefusedAndWhatWasInForceStays(String rule) {
        BundlePermissions permissions = new BundlePermissions(configuration("devices", "com.acme.*: *"));

        modify(permissions, configuration("devices", rule));
        assertTrue(permissions.permits(WALLET, Right.DEVICE, "tee0"));
        assertFalse(permissions.permits(OTHER, Right.DEVICE, "tee0"));
        assertEquals("", describe(permissions).failure);
    }

    @Test
    void aWrongConfigurationAtTheStartPermitsNothingUntilItIsRight() {
        BundlePermissions permissions = new BundlePermissions(configuration("services", "com.acme: five"));

        for (Right right : Right.values()) {
            assertFalse(permissions.permits(WALLET, right, "1"), right.toString());
        }
        assertEquals(
                "option services of org.ermine.tee.permissions is refused: 'com.acme: five': five is no number from 0 to"
                        + " 4294967295, decimal or hexadecimal (0x57)",
                describe(permissions).failure);
        assertEquals(0, describe(permissions).leftOpen.length);

        modify(permissions, configuration("services", "com.acme.wallet: 5"));
        assertTrue(permissions.permits(WALLET, Right.SERVICE, "5"));
        assertTrue(permissions.permits(WALLET, Right.DEVICE, "tee0"));
        assertEquals("", describe(permissions).failure);
    }

    @Test
    void refusalsAreBounded() {
        Refusals refusals = new Refusals();
        for (int id = 0; id < 3 * Refusals.MAX; id++) {
            refusals.add(id, "bundle", "devices", "tee0", "no");
        }
        PermissionsDTO dto = new PermissionsDTO();
        refusals.describe(dto);
        assertEquals(3 * Refusals.MAX, dto.refused);
        assertEquals(Refusals.MAX, dto.refusals.length);
        assertEquals(3 * Refusals.MAX - 1, dto.refusals[Refusals.MAX - 1].bundleId, "the latest stays");
    }

    @Test
    void theLogTellsOfABundleOnceForAnOptionUntilPermissionsChange() {
        Refusals refusals = new Refusals();
        assertEquals(Telling.FIRST, refusals.add(1, "a", "devices", "tee0", "no"));
        assertEquals(Telling.NOTHING, refusals.add(1, "a", "devices", "tee1", "no"));
        assertEquals(Telling.FIRST, refusals.add(1, "a", "services", "5", "no"), "another cause");
        assertEquals(Telling.FIRST, refusals.add(2, "b", "devices", "tee0", "no"));
        refusals.tellAgain();
        assertEquals(Telling.FIRST, refusals.add(1, "a", "devices", "tee0", "no"));
    }

    @Test
    @DisplayName(
            "ERM-24: given more bundles that are refused again and again than are kept, then the log tells of none twice")
    void theLogTellsOfNoBundleTwiceHoweverManyThereAre() {
        Refusals refusals = new Refusals();
        List<Telling> told = IntStream.range(0, 10 * Refusals.MAX)
                .mapToObj(i -> refusals.add(i % (2 * Refusals.MAX), "bundle", "devices", "tee0", "no"))
                .filter(telling -> telling != Telling.NOTHING)
                .toList();
        assertEquals(Refusals.MAX, told.size());
        assertEquals(Telling.LAST, told.get(Refusals.MAX - 1), "that there are more is told");
        assertEquals(1, told.stream().filter(Telling.LAST::equals).count());
    }
}
