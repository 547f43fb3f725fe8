// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.fakes.TestOptions;
import org.ermine.tee.core.options.CoreOptions;
import org.ermine.tee.core.permissions.FakeBundles.FakeBundle;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;

class EnforcedPermissionsTest {

    private static final String REQUIRED = "permissions are required, and no bundle decides what is permitted";

    private final FakeBundles bundles = new FakeBundles();
    private final FakeBundle client = bundles.install("com.example.client", false);
    private final CoreOptions options = TestOptions.requiringPermissions(bundles.context, "false");
    private final EnforcedPermissions permissions = new EnforcedPermissions(bundles.context, options);
    private final AtomicInteger told = new AtomicInteger();
    private long services;

    /**
     * Does what the test says.
     *
     * @param objection why it refuses whatever it is asked; null if it does not
     * @param description fills in what it permits
     * @param listening is run when somebody wants to be told of changes
     */
    private record FakePolicy(Supplier<String> objection, Consumer<PermissionsDTO> description, Runnable listening)
            implements PermissionPolicy {

        @Override
        public String objection(Bundle bundle, Right right, String name) {
            return objection.get();
        }

        @Override
        public void describe(PermissionsDTO permissions) {
            description.accept(permissions);
        }

        @Override
        public void onChange(Runnable listener) {
            listening.run();
        }
    }

    /** Refuses what has one of the names. */
    private static final class RefusingPolicy implements PermissionPolicy {

        private final Set<String> names;
        private Runnable listener;

        RefusingPolicy(String... names) {
            this.names = new HashSet<>(Set.of(names));
        }

        @Override
        public String objection(Bundle bundle, Right right, String name) {
            return names.contains(name) ? "the test refuses " + name : null;
        }

        @Override
        public void describe(PermissionsDTO permissions) {
            permissions.rules = new String[] {"all but " + String.join(", ", names)};
        }

        @Override
        public void onChange(Runnable listener) {
            this.listener = listener;
        }
    }

    /** Returns the properties with which it is unbound. */
    private Map<String, Object> bind(PermissionPolicy policy, FakeBundle of) {
        return bind(policy, of, 0);
    }

    private Map<String, Object> bind(PermissionPolicy policy, FakeBundle of, int ranking) {
        Map<String, Object> properties = properties(services++, of, ranking);
        permissions.bindPolicy(policy, properties);
        return properties;
    }

    private static Map<String, Object> properties(long id, FakeBundle of, int ranking) {
        return Map.of("service.id", id, "service.bundleid", of.view.getBundleId(), "service.ranking", ranking);
    }

    private boolean permits(Right right, String name) {
        return permissions.permits(client.view, right, name);
    }

    private boolean permits() {
        return permits(Right.DEVICE, "tee0");
    }

    private String refusal(Right right, String name) {
        TeeException refused = assertThrows(TeeException.class, () -> permissions.require(client.view, right, name));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
        return refused.getMessage();
    }

    private PermissionsDTO described() {
        RuntimeDTO runtime = new RuntimeDTO();
        permissions.contribute(runtime);
        return runtime.permissions;
    }

    @Test
    @DisplayName("ERM-16: given no policy, then everything is permitted but to speak for others, and that is told")
    void withoutAPolicyAllIsPermittedButToSpeakForOthers() {
        for (Right right : EnumSet.complementOf(EnumSet.of(Right.IDENTITY))) {
            assertTrue(permits(right, "1"), right.toString());
        }
        assertTrue(refusal(Right.IDENTITY, "tee0")
                .startsWith("com.example.client 1.2.3 [1] may not register with device tee0 under another identity"));
        PermissionsDTO described = described();
        assertEquals("", described.enforcedBy);
        assertFalse(described.required);
        assertEquals("", described.failure);
        assertArrayEquals(
                new String[] {"devices", "services", "listeners", "callbacks", "trusted"}, described.leftOpen);
    }

    @Test
    void givenAPolicyThenItDecidesAndARefusalNamesTheBundleWhatWasRefusedAndWhy() {
        bind(new RefusingPolicy("87"), bundles.install("com.example.rules", true));

        assertEquals(
                "com.example.client 1.2.3 [1] may not open service 87: the test refuses 87",
                refusal(Right.SERVICE, "87"));
        assertTrue(permits(Right.SERVICE, "88"));
        assertEquals("com.example.rules 1.2.3 [2]", described().enforcedBy);
        assertArrayEquals(new String[] {"all but 87"}, described().rules);
    }

    @Test
    @DisplayName("ERM-22: given a policy that throws, then what it was asked is refused")
    void aPolicyThatThrowsRefuses() {
        bind(
                new FakePolicy(
                        () -> {
                            throw new NoClassDefFoundError("as in a bundle that is being updated");
                        },
                        described -> {
                            throw new NoClassDefFoundError("as in a bundle that is being updated");
                        },
                        () -> {}),
                client);

        assertFalse(permits());
        assertTrue(refusal(Right.DEVICE, "tee0").contains("it cannot be checked: "));
        assertTrue(described().failure.startsWith("what it permits cannot be told: "), described().failure);
    }

    @Test
    @DisplayName("ERM-22: given a policy that throws what it does not declare, then it is told that it cannot be told "
            + "what it permits")
    void aPolicyThatThrowsWhatItDoesNotDeclareIsTold() {
        bind(
                new FakePolicy(
                        () -> null,
                        described -> {
                            EnforcedPermissionsTest.<RuntimeException>throwUndeclared(
                                    new IOException("as Kotlin does"));
                        },
                        () -> {}),
                client);

        assertTrue(described().failure.startsWith("what it permits cannot be told: "), described().failure);
    }

    @Test
    @DisplayName("ERM-22: given a policy that leaves nothing of its description, then what is told has no nulls, and no"
            + " part of what others told is gone")
    void aPolicyThatTakesItsDescriptionAwayIsToldAsEmpty() {
        bind(
                new FakePolicy(
                        () -> "no",
                        described -> {
                            described.rules = null;
                            described.leftOpen = new String[] {null, "services"};
                            described.failure = null;
                            described.refusals = null;
                            described.enforcedBy = null;
                        },
                        () -> {}),
                client);
        refusal(Right.DEVICE, "tee0");

        PermissionsDTO described = described();
        assertArrayEquals(new String[0], described.rules);
        assertArrayEquals(new String[] {"services"}, described.leftOpen);
        assertEquals("", described.failure);
        assertEquals(1, described.refusals.length);
        assertEquals("com.example.client 1.2.3 [1]", described.enforcedBy);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUndeclared(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @EnumSource(Right.class)
    @DisplayName("ERM-16: given permissions that are required and no policy, then nothing is permitted")
    void whatIsRequiredAndMissingPermitsNothing(Right right) {
        TestOptions.requirePermissions(options, "true");

        assertFalse(permits(right, "1"));
        assertTrue(refusal(right, "1").endsWith(": " + REQUIRED), right::toString);
        assertEquals(REQUIRED, described().failure);
        assertTrue(described().required);
        assertEquals(0, described().leftOpen.length);
    }

    @Test
    void givenPermissionsThatAreRequiredWhenThePolicyComesAndGoesThenEachIsTold() {
        permissions.addListener(told::incrementAndGet);
        TestOptions.requirePermissions(options, "true");
        assertEquals(1, told.get(), "that they are required now");
        RefusingPolicy policy = new RefusingPolicy("x");
        FakeBundle rules = bundles.install("com.example.rules", true);
        rules.start();
        Map<String, Object> service = bind(policy, rules);
        assertEquals(2, told.get(), "that the policy is there");
        assertTrue(permits());
        permissions.unbindPolicy(policy, service);
        assertFalse(permits());
        assertEquals(3, told.get(), "that the policy is gone, though it is to come back");
    }

    @Test
    void givenASuccessorWhenThePolicyBeforeGoesThenTheSuccessorDecidesAllTheWhile() {
        TestOptions.requirePermissions(options, "true");
        RefusingPolicy former = new RefusingPolicy("x");
        RefusingPolicy successor = new RefusingPolicy("tee0");
        Map<String, Object> service = bind(former, client);
        bind(successor, client, 1);
        permissions.addListener(told::incrementAndGet);

        permissions.unbindPolicy(former, service);
        assertTrue(refusal(Right.DEVICE, "tee0").endsWith("the test refuses tee0"));
        assertTrue(permits(Right.DEVICE, "tee1"));
        assertEquals(0, told.get());
        assertEquals(null, former.listener, "the one that is gone tells nobody");
        successor.listener.run();
        assertEquals(1, told.get());
    }

    @Test
    @DisplayName(
            "ERM-16: given one policy that is two services, when the first of them goes, then it decides, and is heard")
    void aPolicyThatIsTwoServicesDecidesUntilBothAreGone() {
        RefusingPolicy policy = new RefusingPolicy("tee0");
        Map<String, Object> first = bind(policy, client);
        Map<String, Object> second = bind(policy, client, 10);
        permissions.unbindPolicy(policy, first);
        assertFalse(permits());
        permissions.addListener(told::incrementAndGet);
        policy.listener.run();
        assertEquals(1, told.get(), "what it forbids later");

        permissions.unbindPolicy(policy, second);
        assertTrue(permits());
        assertEquals(null, policy.listener);
    }

    @Test
    @DisplayName(
            "ERM-16: given several policies, then the one with the highest ranking decides, though rankings change")
    void theHighestRankingDecides() {
        RefusingPolicy refusing = new RefusingPolicy("tee0");
        RefusingPolicy other = new RefusingPolicy("x");
        Map<String, Object> low = bind(other, client, -1);
        Map<String, Object> high = bind(refusing, client);
        assertFalse(permits());
        permissions.addListener(told::incrementAndGet);

        permissions.updatedPolicy(other, properties((Long) low.get("service.id"), client, 1));
        assertTrue(permits());
        permissions.updatedPolicy(other, low);
        assertFalse(permits());
        assertEquals(2, told.get());
        permissions.unbindPolicy(refusing, high);
        assertTrue(permits());
        assertEquals(3, told.get(), "that another one decides");
    }

    @Test
    @DisplayName("ERM-22: given a policy that throws when it is to take a listener, then it decides")
    void aPolicyThatTakesNoListenerDecides() {
        bind(
                new FakePolicy(
                        () -> "the test refuses all",
                        described -> {
                            described.enforcedBy = "somebody else";
                        },
                        () -> {
                            throw new NoClassDefFoundError("as in a bundle that is being updated");
                        }),
                client);

        assertFalse(permits());
        assertEquals("com.example.client 1.2.3 [1]", described().enforcedBy, "not who it says it is");
    }

    @Test
    void givenAPolicyThatIsAwaitedWhenOptionsChangeThenWhatIsOpenIsLeftToIt() {
        bundles.install("com.example.rules", true).start();
        permissions.addListener(told::incrementAndGet);

        TestOptions.requirePermissions(options, "true");
        assertEquals(1, told.get(), "nothing may stay open");
        TestOptions.requirePermissions(options, "false");
        assertEquals(1, told.get());
    }

    @Test
    void givenCoreThatIsStoppedWhenItGivesThePolicyBackThenNothingIsTold() {
        TestOptions.requirePermissions(options, "true");
        RefusingPolicy policy = new RefusingPolicy("x");
        Map<String, Object> service = bind(policy, client);
        permissions.addListener(told::incrementAndGet);
        permissions.deactivate();
        permissions.unbindPolicy(policy, service);

        assertEquals(0, told.get());
        assertEquals(null, policy.listener);
    }

    @Test
    @DisplayName("ERM-16: given a bundle with a policy that is to run, while it has not started or is updated, then "
            + "nothing more is"
            + " permitted, and what is open is not checked")
    void aPolicyThatIsAwaitedPermitsNothing() {
        permissions.addListener(told::incrementAndGet);
        FakeBundle rules = bundles.install("com.example.rules", true);
        assertTrue(permits(), "it is not to run");
        rules.start();
        int before = told.get();
        assertTrue(refusal(Right.DEVICE, "tee0")
                .endsWith("com.example.rules 1.2.3 [2], which is to decide what is permitted, does not do so yet"));
        assertTrue(described().failure.contains("com.example.rules"), described().failure);

        RefusingPolicy policy = new RefusingPolicy("x");
        Map<String, Object> service = bind(policy, rules);
        assertTrue(permits());
        permissions.unbindPolicy(policy, service);
        assertFalse(permits(), "as when it is updated");
        assertEquals(before + 1, told.get(), "only that the policy came");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givenAPolicyThatIsAwaitedWhenItsBundleIsStoppedOrUninstalledThenAllIsPermittedAndThatIsTold(boolean stopped) {
        FakeBundle rules = bundles.install("com.example.rules", true);
        rules.start();
        assertFalse(permits());
        permissions.addListener(told::incrementAndGet);

        if (stopped) {
            rules.stop();
        } else {
            rules.uninstall();
        }
        assertTrue(permits());
        assertEquals(1, told.get());
    }

    @Test
    void givenABundleThatWasThereBeforeThenItIsAwaitedToo() {
        FakeBundle rules = bundles.install("com.example.rules", true);
        rules.start();
        EnforcedPermissions later = new EnforcedPermissions(bundles.context, options);

        assertFalse(later.permits(client.view, Right.DEVICE, "tee0"));
        later.deactivate();
        rules.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "treu", ""})
    void givenAMistakeInTheOptionAtTheStartThenPermissionsAreRequired(String mistake) {
        CoreOptions wrong = TestOptions.requiringPermissions(bundles.context, mistake);
        assertTrue(wrong.permissionsRequired());
        TestOptions.requirePermissions(wrong, "false");
        assertFalse(wrong.permissionsRequired());
        TestOptions.requirePermissions(wrong, "no");
        assertFalse(wrong.permissionsRequired(), "what was in force stays in force");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "yes", ""})
    void givenThePropertyOfTheFrameworkThenPermissionsAreRequiredWhateverIsConfigured(String property) {
        bundles.properties.put("org.ermine.tee.core.requirePermissions", property);
        CoreOptions required = TestOptions.requiringPermissions(bundles.context, "false");
        assertTrue(required.permissionsRequired());
    }

    @Test
    void givenThePropertyOfTheFrameworkThatSaysFalseThenTheConfigurationDecides() {
        bundles.properties.put("org.ermine.tee.core.requirePermissions", " False");
        assertFalse(TestOptions.requiringPermissions(bundles.context, "false").permissionsRequired());
        assertTrue(TestOptions.requiringPermissions(bundles.context, "true").permissionsRequired());
    }

    @Test
    void refusalsAreCountedByBundleAndOption() {
        bind(new RefusingPolicy("12"), client);
        for (int i = 0; i < 3; i++) {
            refusal(Right.SERVICE, "12");
        }
        refusal(Right.DEVICE, "12");
        assertFalse(permits(Right.DEVICE, "12"), "a question is no refusal");

        PermissionsDTO dto = described();
        assertEquals(4, dto.refused);
        assertEquals(2, dto.refusals.length);
        RefusalDTO services = dto.refusals[0];
        assertEquals("com.example.client 1.2.3", services.bundle);
        assertEquals(1, services.bundleId);
        assertEquals("services", services.option);
        assertEquals("12", services.name);
        assertEquals(3, services.count);
        assertEquals("devices", dto.refusals[1].option);
    }

    @Test
    @DisplayName(
            "given refusals, when one of the rights is given, then the other is listed alone, and both are counted")
    void aRefusalIsNotListedOnceTheRightIsGiven() {
        RefusingPolicy policy = new RefusingPolicy("12");
        Map<String, Object> bound = bind(policy, client);
        refusal(Right.SERVICE, "12");
        permissions.unbindPolicy(policy, bound);
        bind(new RefusingPolicy("13"), client);
        refusal(Right.DEVICE, "13");

        PermissionsDTO dto = described();
        assertEquals(2, dto.refused);
        assertEquals(
                List.of("13"),
                Arrays.stream(dto.refusals).map(each -> each.name).toList());
    }

    @Test
    @DisplayName(
            "given refusals of several names for one option, when the right to the last one is given, then the one "
                    + "before it is listed")
    void anEarlierRefusalForTheSameOptionStaysListed() {
        RefusingPolicy policy = new RefusingPolicy("12", "13");
        bind(policy, client);
        refusal(Right.SERVICE, "12");
        refusal(Right.SERVICE, "13");
        assertEquals("13", described().refusals[0].name);

        policy.names.remove("13");

        assertEquals(1, described().refusals.length);
        assertEquals("12", described().refusals[0].name);
        assertEquals(2, described().refusals[0].count);
        policy.names.remove("12");
        assertEquals(0, described().refusals.length);
    }

    @Test
    @Timeout(60)
    @DisplayName("ERM-22: given a policy that does not return when it is asked about its rules, or told who listens, "
            + "then the state is told without it, and who listens hears of it")
    void aPolicyThatDoesNotReturn() {
        CompletableFuture<Void> returns = new CompletableFuture<>();
        PermissionPolicy policy = new PermissionPolicy() {
            @Override
            public String objection(Bundle bundle, Right right, String name) {
                return "the test refuses " + name;
            }

            @Override
            public void describe(PermissionsDTO permissions) {
                returns.join();
            }

            @Override
            public void onChange(Runnable listener) {
                returns.join();
            }
        };
        permissions.addListener(told::incrementAndGet);
        bind(policy, client);
        assertEquals(1, told.get());
        refusal(Right.SERVICE, "12");
        for (int i = 0; i < 3; i++) {
            PermissionsDTO dto = described();
            assertEquals("com.example.client 1.2.3 [1]", dto.enforcedBy);
            assertEquals("what it permits cannot be told: it does not answer within 1000 ms", dto.failure);
            assertEquals("12", dto.refusals[0].name);
        }
        returns.complete(null);
        await().until(() -> described().failure.isEmpty());
        await().until(() -> told.get() == 2);
    }

    @Test
    @DisplayName(
            "ERM-22: given a policy that takes its time for each question, then it is asked about no more refusals "
                    + "after a while, and those that are left are listed")
    void aPolicyThatTakesItsTime() {
        AtomicLong clock = new AtomicLong();
        Refusals refusals = new Refusals();
        for (int id = 0; id < 10; id++) {
            refusals.add(client.view.getBundleId(), "client", Right.values()[id % 6].option(), "name " + id, "no");
        }
        PermissionsReport report = new PermissionsReport(bundles.context, refusals, null, clock::get);
        AtomicInteger asked = new AtomicInteger();
        RefusalDTO[] listed = report.stillRefused((bundle, right, name) -> {
            asked.incrementAndGet();
            clock.addAndGet(PermissionsReport.ASKING.toNanos() / 2);
            return null;
        });
        assertEquals(2, asked.get());
        assertTrue(listed.length > 0);
    }

    @Test
    @DisplayName("given a refusal, when its bundle goes before the right is given, then it stays listed")
    void aRefusalOfABundleThatIsGoneStaysListed() {
        RefusingPolicy policy = new RefusingPolicy("12");
        FakeBundle rules = bundles.install("com.example.rules", false);
        Map<String, Object> bound = bind(policy, rules);
        refusal(Right.SERVICE, "12");
        permissions.unbindPolicy(policy, bound);
        bind(new RefusingPolicy("13"), rules);
        client.uninstall();

        assertEquals("12", described().refusals[0].name);
    }

    @Test
    @DisplayName("ERM-22: given a listener that throws an Error, when permissions change, then the others are told")
    void aListenerThatThrowsKeepsNobodyUntold() {
        RefusingPolicy policy = new RefusingPolicy("x");
        bind(policy, client);
        permissions.addListener(told::incrementAndGet);
        permissions.addListener(() -> {
            throw new StackOverflowError("as a hostile bundle brings it about");
        });
        Runnable last = told::incrementAndGet;
        permissions.addListener(last);

        policy.listener.run();
        assertEquals(2, told.get());
        permissions.removeListener(last);
        policy.listener.run();
        assertEquals(3, told.get());
    }

    @Test
    void aBundleThatIsGoneMayDoWhatEveryBundleMay() {
        assertTrue(permissions.permits(null, Right.LISTENER, "1"));
        TestOptions.requirePermissions(options, "true");
        TeeException refused = assertThrows(TeeException.class, () -> permissions.require(null, Right.LISTENER, "16"));
        assertEquals("a bundle that is gone [-1] may not serve listener 0x10: " + REQUIRED, refused.getMessage());
    }
}
