// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.embedded.whiteboard.OfferedService;
import org.ermine.tee.fakes.FakePermissions;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.fakes.Services;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandlerRegistryTest {

    private static final String ID = ListenerHandler.ID;
    private static final String SIZE = ListenerHandler.BUFFER_SIZE;
    private static final String LIMIT = ListenerHandler.TIME_LIMIT;
    private static final ListenerHandler HANDLER = message -> {};

    private final AtomicInteger changes = new AtomicInteger();
    private final HandlerRegistry<ListenerHandler> registry = new HandlerRegistry<>(
            HandlerRegistry.Kind.LISTENER, Duration.ofSeconds(1), Duration.ofSeconds(1), changes::incrementAndGet);

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of(Map.of(SIZE, 4096), "tee.listener.id is missing"),
                Arguments.of(Map.of(ID, 11L, SIZE, 4096), "tee.listener.id is of type Long, expected Integer"),
                Arguments.of(Map.of(ID, "0xb", SIZE, 4096), "tee.listener.id is of type String, expected Integer"),
                Arguments.of(Map.of(ID, 11), "tee.listener.bufferSize is missing"),
                Arguments.of(Map.of(ID, 11, SIZE, 3), "tee.listener.bufferSize is 3, expected 4 to 16777216"),
                Arguments.of(
                        Map.of(ID, 11, SIZE, (16 << 20) + 1),
                        "tee.listener.bufferSize is 16777217, expected 4 to 16777216"),
                Arguments.of(Map.of(ID, 11, SIZE, -1), "tee.listener.bufferSize is -1, expected 4 to 16777216"),
                Arguments.of(
                        Map.of(ID, 11, SIZE, 4096, LIMIT, 5),
                        "tee.listener.timeLimit is of type Integer, expected Long"),
                Arguments.of(
                        Map.of(ID, 11, SIZE, 4096, LIMIT, -1L),
                        "tee.listener.timeLimit is -1, expected 0 to one day in milliseconds"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("invalid")
    void givenInvalidPropertiesThenTheHandlerIsListedWithTheReason(Map<String, Object> properties, String reason) {
        registry.add(Services.service(1, properties, () -> HANDLER));

        assertEquals(0, registry.handlers().size());
        FailedHandlerDTO failed = registry.failedHandlers().get(0);
        assertEquals(reason, failed.reason);
        assertEquals("listener", failed.kind);
        assertEquals("test.bundle 1.0.0", failed.bundle);
        assertEquals(1, failed.serviceId);

        registry.update(Services.listener(1, 11, 4096, HANDLER));
        assertEquals(0, registry.failedHandlers().size(), "it was mended");
        assertEquals(1, registry.handlers().size());
        registry.remove(1L);
        assertEquals(0, registry.handlers().size());
    }

    @Test
    @DisplayName("given a service with the properties of both kinds, when it cannot be used, then each kind tells the "
            + "name that is of its kind")
    void givenAServiceOfBothKindsThenEachTellsItsOwnName() {
        Map<String, Object> both = Map.of(ID, 11, SIZE, 4096, CallbackObject.NAME, "time");
        HandlerRegistry<CallbackObject> callbacks = new HandlerRegistry<>(
                HandlerRegistry.Kind.CALLBACK, Duration.ofSeconds(1), Duration.ofSeconds(1), () -> {});
        registry.add(Services.service(1, both, () -> null));
        callbacks.add(Services.service(1, both, () -> null));
        assertEquals("0xb", registry.failedHandlers().get(0).name);
        assertEquals("time", callbacks.failedHandlers().get(0).name);
    }

    static Stream<Supplier<ListenerHandler>> unobtainable() {
        return Stream.of(
                () -> null,
                () -> {
                    throw new IllegalStateException("no");
                },
                () -> {
                    throw new NoClassDefFoundError("gone");
                });
    }

    @ParameterizedTest
    @MethodSource("unobtainable")
    void givenTheServiceObjectCannotBeHadThenTheHandlerIsListedWithTheReason(Supplier<ListenerHandler> get) {
        registry.add(Services.service(1, Map.of(ID, 11, SIZE, 4096), get));

        assertEquals(0, registry.handlers().size());
        assertEquals("0xb", registry.failedHandlers().get(0).name);
        assertTrue(registry.failedHandlers().get(0).reason.contains("service object"));
        registry.remove(1L);
        assertEquals(0, registry.failedHandlers().size());
    }

    @Test
    void givenAThousandHandlersThenEachHasItsPlaceUntilItGoes() {
        int thousand = 1000;
        for (int id = 1; id <= thousand; id++) {
            registry.add(Services.listener(id, id, 4096, message -> {}));
        }
        assertEquals(thousand, registry.handlers().size());

        for (int id = 1; id <= thousand; id++) {
            String name = "0x" + Integer.toHexString(id);
            assertEquals(name, registry.slot(name, id).best().properties().name());
            registry.remove((long) id);
            assertNull(registry.slot(name, id).best());
        }
        assertEquals(0, registry.handlers().size());
    }

    @Test
    @DisplayName(
            "ERM-3: given a service that goes while its object is got, then it is not bound, and the object is given "
                    + "back once")
    void givenAServiceGoesWhileItsObjectIsGotThenItIsNotBound() {
        AtomicInteger givenBack = new AtomicInteger();
        OfferedService<ListenerHandler> going = Services.service(1, Map.of(ID, 11, SIZE, 4096), () -> {
            registry.remove(1L);
            return HANDLER;
        });
        registry.add(new OfferedService<>(
                going.key(),
                going.properties(),
                going.bundle(),
                going.get(),
                givenBack::incrementAndGet,
                going.rights()));

        assertEquals(1, givenBack.get());

        assertEquals(0, registry.handlers().size());
        assertNull(registry.slot("0xb", 11).best());
    }

    @Test
    @DisplayName("ERM-16: a handler whose bundle may not serve it is listed with the reason, until it may")
    void givenABundleThatMayNotServeThenItsHandlerIsListedWithTheReasonUntilItMay() {
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        permissions.forbid(Right.LISTENER, "11");
        registry.add(Services.service(1, Map.of(ID, 11, SIZE, 4096), () -> HANDLER, permissions));

        assertNull(registry.slot("0xb", 11).best());
        assertEquals(
                "the bundle may not: LISTENER 11", registry.failedHandlers().get(0).reason);

        permissions.allow(Right.LISTENER, "11");
        assertEquals("0xb", registry.slot("0xb", 11).best().properties().name());
        assertEquals(0, registry.failedHandlers().size());

        permissions.forbid(Right.LISTENER, "11");
        assertNull(registry.slot("0xb", 11).best(), "what was permitted is taken back");
        assertEquals(1, registry.failedHandlers().size());
        assertEquals(0, registry.handlers().size());
        registry.remove(1L);
        assertEquals(0, registry.failedHandlers().size());
    }

    @Test
    @DisplayName(
            "ERM-22: given handlers that cannot be checked, when permissions change, then they are refused, and all "
                    + "others"
                    + " are checked by what they may serve")
    void givenHandlersThatCannotBeCheckedThenTheyAreRefusedAndOthersAreChecked() {
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        for (int id = 11; id < 20; id++) {
            registry.add(Services.service(id, Map.of(ID, id, SIZE, 4096), () -> HANDLER, permissions));
        }
        permissions.undecidable.addAll(Set.of("12", "15", "18"));
        Set.of(11, 14, 17).forEach(id -> permissions.forbid(Right.LISTENER, id.toString()));

        assertEquals(
                Set.of("0xd", "0x10", "0x13"),
                registry.handlers().stream().map(handler -> handler.name).collect(Collectors.toSet()));
        Map<String, String> refused = registry.failedHandlers().stream()
                .collect(Collectors.toMap(handler -> handler.name, handler -> handler.reason));
        assertEquals(Set.of("0xb", "0xc", "0xe", "0xf", "0x11", "0x12"), refused.keySet());
        assertTrue(
                refused.get("0xc").startsWith("whether its bundle may offer it cannot be checked"), refused.get("0xc"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-22: given a handler that cannot be given back, when handlers are refused or all go, then the others "
                    + "are"
                    + " given back")
    void givenAHandlerThatCannotBeGivenBackThenTheOthersAre(boolean refused) {
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        Set<Integer> givenBack = ConcurrentHashMap.newKeySet();
        for (int id = 11; id < 20; id++) {
            int key = id;
            OfferedService<ListenerHandler> service =
                    Services.service(id, Map.of(ID, id, SIZE, 4096), () -> HANDLER, permissions);
            registry.add(new OfferedService<>(
                    key,
                    service.properties(),
                    service.bundle(),
                    service.get(),
                    () -> giveBack(key, givenBack),
                    service.rights()));
        }
        if (refused) {
            for (int id = 11; id < 20; id++) {
                permissions.forbid(Right.LISTENER, Integer.toString(id));
            }
        } else {
            registry.close();
        }
        assertEquals(Set.of(11, 13, 14, 16, 17, 19), givenBack);
        assertEquals(List.of(), registry.handlers());
    }

    /** Of one bundle, which gets and gives back its service object by foreign code; the key is the listener's id. */
    private static OfferedService<ListenerHandler> service(
            int id, String bundle, Runnable foreign, FakePermissions permissions) {
        OfferedService<ListenerHandler> service =
                Services.service(id, Map.of(ID, id, SIZE, 4096), () -> HANDLER, permissions);
        return new OfferedService<>(
                id,
                service.properties(),
                bundle,
                () -> {
                    foreign.run();
                    return HANDLER;
                },
                foreign,
                service.rights());
    }

    private Set<String> bound() {
        return registry.handlers().stream()
                .filter(handler -> handler.active)
                .map(handler -> handler.name)
                .collect(Collectors.toSet());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("ERM-20, ERM-22: given a bundle that does not return where it gives or gets back a handler's service "
            + "object, when"
            + " permissions change, then its handlers are refused, and those of others are refused and bound")
    void permissionsChangeBesideOneThatHangs() {
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        for (int id = 11; id < 17; id++) {
            boolean hostile = id % 2 == 0;
            Runnable foreign = () -> awaitDeaf(hostile && hangs.get() ? end : new CountDownLatch(0));
            registry.add(service(id, hostile ? "hostile" : "other", foreign, permissions));
        }
        permissions.forbid(Right.LISTENER, "13");
        assertEquals(Set.of("0xb", "0xc", "0xe", "0xf", "0x10"), bound());

        hangs.set(true);
        List.of("11", "12", "14", "16").forEach(id -> permissions.forbid(Right.LISTENER, id));
        List.of("12", "13").forEach(id -> permissions.allow(Right.LISTENER, id));

        assertEquals(Set.of("0xd", "0xf"), bound());
        end.countDown();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("ERM-20, ERM-22: given handlers of a bundle that does not return their service objects, when the "
            + "supplicant starts"
            + " and ends, then it does, with the handlers of others")
    void startsAndEndsBesideOneThatHangs() {
        FakePermissions permissions = new FakePermissions();
        CountDownLatch end = new CountDownLatch(1);
        Set<Integer> givenBack = ConcurrentHashMap.newKeySet();
        for (int id = 11; id < 17; id++) {
            int key = id;
            boolean hostile = id % 2 == 0;
            Runnable foreign = hostile ? () -> awaitDeaf(end) : () -> givenBack.add(key);
            registry.addPresent(service(id, hostile ? "hostile" : "other " + id, foreign, permissions));
        }
        registry.awaitPresent();
        assertEquals(Set.of("0xb", "0xd", "0xf"), bound());

        givenBack.clear();
        registry.close();
        assertEquals(Set.of(11, 13, 15), givenBack);
        end.countDown();
    }

    private static void awaitDeaf(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                // Foreign code may ignore an interrupt.
            }
        }
    }

    private static void giveBack(int id, Set<Integer> givenBack) {
        if (id % 3 == 0) {
            throw new NoClassDefFoundError("as a bundle that goes brings it about");
        }
        givenBack.add(id);
    }

    @Test
    void givenAPermissionIsTakenBackWhileTheHandlerIsBoundThenItIsNotBound() {
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        registry.add(Services.service(
                1,
                Map.of(ID, 11, SIZE, 4096),
                () -> {
                    permissions.forbid(Right.LISTENER, "11");
                    return HANDLER;
                },
                permissions));

        assertNull(registry.slot("0xb", 11).best());
        assertEquals(
                "the bundle may not: LISTENER 11", registry.failedHandlers().get(0).reason);
    }

    @Test
    @DisplayName(
            "ERM-16: given a ranking that changes while the service object is got and before the handler is refused, "
                    + "then the"
                    + " handler has it, also when it may serve again")
    void givenARankingThatChangesThenTheHandlerKeepsIt() {
        AtomicInteger got = new AtomicInteger();
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        registry.add(Services.service(
                1,
                Map.of(ID, 11, SIZE, 4096),
                () -> {
                    if (got.incrementAndGet() == 1) {
                        registry.update(ranked(7, permissions));
                    }
                    return HANDLER;
                },
                permissions));
        assertEquals(7, registry.slot("0xb", 11).best().properties().ranking());

        registry.update(ranked(8, permissions));
        permissions.forbid(Right.LISTENER, "11");
        assertNull(registry.slot("0xb", 11).best());
        permissions.allow(Right.LISTENER, "11");
        assertEquals(8, registry.slot("0xb", 11).best().properties().ranking());
    }

    private static OfferedService<ListenerHandler> ranked(int ranking, FakePermissions permissions) {
        return Services.service(1, Map.of(ID, 11, SIZE, 4096, "service.ranking", ranking), () -> HANDLER, permissions);
    }

    @Test
    void givenARefusedServiceGoesThenItDoesNotComeBackWhenItsBundleMayServe() {
        FakePermissions permissions = new FakePermissions();
        permissions.addListener(registry::checkPermissions);
        permissions.forbid(Right.LISTENER, "11");
        registry.add(Services.service(1, Map.of(ID, 11, SIZE, 4096), () -> HANDLER, permissions));
        registry.remove(1L);

        permissions.allow(Right.LISTENER, "11");
        assertNull(registry.slot("0xb", 11).best());
    }

    @Test
    void givenTwoHandlersOfOneListenerThenBothAreDescribedAndOneIsActive() {
        registry.add(Services.listener(1, 0x7000, 4096, HANDLER));
        registry.add(Services.service(2, Map.of(ID, 0x7000, SIZE, 8192, "service.ranking", 7), () -> HANDLER));

        Map<Long, HandlerDTO> byId =
                registry.handlers().stream().collect(Collectors.toMap(dto -> dto.serviceId, dto -> dto));
        assertEquals("0x7000", byId.get(1L).name);
        assertFalse(byId.get(1L).active);
        assertTrue(byId.get(2L).active);
        assertEquals(7, byId.get(2L).ranking);
        assertEquals(2, changes.get());
    }

    @Test
    void givenHandlersThatComeAndGoThenEachSwapIsRemembered() {
        registry.add(Services.listener(1, 11, 4096, HANDLER));
        registry.add(Services.service(2, Map.of(ID, 11, SIZE, 4096, "service.ranking", 7), () -> HANDLER));
        registry.add(Services.service(3, Map.of(ID, 11, SIZE, 4096, "service.ranking", -1), () -> HANDLER));
        registry.remove(2L);
        registry.remove(3L);
        registry.remove(1L);
        registry.add(Services.listener(4, 11, 4096, HANDLER));

        assertEquals(
                List.of(
                        "->test.bundle",
                        "test.bundle->test.bundle",
                        "test.bundle->test.bundle",
                        "test.bundle->",
                        "->test.bundle"),
                registry.swaps().stream()
                        .map(swap -> symbolicName(swap.from) + "->" + symbolicName(swap.to))
                        .toList(),
                "the handler that was never the first is not among them");
        assertEquals("0xb", registry.swaps().get(0).name);
        assertEquals("listener", registry.swaps().get(0).kind);
    }

    private static String symbolicName(String bundle) {
        return bundle.split(" ")[0];
    }

    @Test
    void givenMoreSwapsThanAreKeptThenTheLastOnesAre() {
        for (int id = 1; id <= 40; id++) {
            registry.add(Services.listener(id, id, 4096, HANDLER));
            registry.remove((long) id);
        }

        assertEquals(64, registry.swaps().size());
        assertEquals("0x28", registry.swaps().get(63).name);
    }

    @Test
    void givenAHandlerThatCannotBeUsedThenItsComingAndGoingIsAChange() {
        registry.add(Services.service(1, Map.of(SIZE, 4096), () -> HANDLER));
        assertEquals(1, changes.get());

        registry.remove(1L);
        assertEquals(2, changes.get());
    }
}
