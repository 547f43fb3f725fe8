// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.core.fakes.FakeDriver;
import org.ermine.tee.core.fakes.FakeFramework;
import org.ermine.tee.core.fakes.FakeMemory;
import org.ermine.tee.core.fakes.FakeWorkers;
import org.ermine.tee.core.fakes.TestOptions;
import org.ermine.tee.core.options.CoreOptions;
import org.ermine.tee.fakes.FakePermissions;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;

@Timeout(30)
class DeviceRegistryTest {

    private static final CallbackObject CALLBACK = (op, arguments) -> {};
    private static final Bundle HOSTILE = FakeFramework.bundle(44, "com.example.hostile");

    private final FakeFramework framework = new FakeFramework();
    private final FakeMemory memory = new FakeMemory();
    private final FakePermissions permissions = new FakePermissions();
    private final CoreOptions options = TestOptions.waiting(5000);
    private final DeviceRegistry registry = new DeviceRegistry(framework.context, memory, permissions, options);
    private final Introspection runtime = new Introspection(registry, memory);
    private final Bundle client = FakeFramework.bundle(33, "com.example.client");
    private final Map<TeeDriver, Map<String, Object>> bound = new HashMap<>();

    @AfterEach
    void unbindAll() {
        Map.copyOf(bound).keySet().forEach(this::unbind);
    }

    private FakeDriver bind(long serviceId, String name, int ranking) {
        return bind(new FakeDriver(), serviceId, name, ranking);
    }

    private FakeDriver bind(FakeDriver driver, long serviceId, String name, int ranking) {
        Map<String, Object> properties =
                new HashMap<>(Map.of("service.id", serviceId, "service.ranking", ranking, "service.bundleid", 9L));
        if (name != null) {
            properties.put(TeeDevice.DEVICE_NAME, name);
        }
        bound.put(driver, properties);
        registry.bindDriver(driver, properties);
        return driver;
    }

    private void unbind(TeeDriver driver) {
        registry.unbindDriver(driver, bound.remove(driver));
    }

    private TeeContext context() {
        return framework.service(TeeContext.class).get(client, TeeContext.class);
    }

    private TeeDevice device() {
        return framework.service(TeeDevice.class).get(client, TeeDevice.class);
    }

    @Test
    @DisplayName("ERM-17: a driver becomes a device and a context service, withdrawn before the driver's contexts are "
            + "closed")
    void aDriverBecomesServices() {
        FakeDriver driver = bind(1, "tee0", 5);
        for (Class<?> type : List.of(TeeDevice.class, TeeContext.class)) {
            FakeFramework.Registration service = framework.service(type);
            assertEquals("tee0", service.properties.get("tee.device"));
            assertEquals(TeeVersion.QTEE, service.properties.get("tee.implementation"));
            assertEquals(5, service.properties.get("service.ranking"));
        }
        context();
        unbind(driver);
        assertEquals(List.of("+TeeDevice", "+TeeContext", "-TeeContext", "-TeeDevice"), framework.events);
        assertEquals(1, driver.last().closes.get());
        assertEquals(1, driver.last().releases.get());
    }

    @Test
    @DisplayName("ERM-16: a bundle that may not open a device gets no context of it")
    void aBundleThatMayNotOpenADeviceGetsNoContext() {
        bind(1, "tee0", 0);
        permissions.forbid(Right.DEVICE, "tee0");

        assertNull(context());
        TeeException refused = assertThrows(TeeException.class, () -> device().open());
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
        assertEquals(0, runtime.snapshot().devices[0].contexts.length);

        permissions.allow(Right.DEVICE, "tee0");
        assertNotNull(context());
    }

    @Test
    @DisplayName("ERM-16: a context whose owner may not have it any more is closed, others are not")
    void aContextThatIsNotPermittedAnyMoreIsClosed() throws TeeException {
        bind(1, "tee0", 0);
        FakeDriver other = bind(2, "tee1", -1);
        TeeContext here = framework.registrations.get(1).get(client, TeeContext.class);
        TeeContext there = framework.registrations.get(3).get(client, TeeContext.class);
        other.last().host.requireService("5");

        permissions.forbid(Right.DEVICE, "tee0");
        Awaitility.await().until(here::isClosed);
        assertFalse(there.isClosed());

        permissions.forbid(Right.SERVICE, "6");
        assertFalse(there.isClosed(), "it did not open service 6");
        TeeException refused =
                assertThrows(TeeException.class, () -> other.last().host.requireService("6"));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
        permissions.forbid(Right.SERVICE, "5");
        assertTrue(there.isClosed());
    }

    @Test
    @DisplayName(
            "ERM-22: given a bundle that cannot be checked, when permissions change, then its contexts are closed, and"
                    + " those of others on all devices are checked by what they may do")
    void aBundleThatCannotBeCheckedChangesNothingForOthers() {
        bind(1, "tee0", 0);
        bind(2, "tee1", 0);
        List<TeeContext> hostile = new ArrayList<>();
        List<TeeContext> withdrawn = new ArrayList<>();
        List<TeeContext> permitted = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            hostile.add(framework.registrations.get(1).get(HOSTILE, TeeContext.class));
            withdrawn.add(framework.registrations.get(1).get(client, TeeContext.class));
            permitted.add(framework.registrations.get(3).get(client, TeeContext.class));
        }
        permissions.undecidable.add(HOSTILE);

        permissions.forbid(Right.DEVICE, "tee0");
        assertTrue(withdrawn.stream().allMatch(TeeContext::isClosed), "those whose rights were withdrawn");
        assertTrue(hostile.stream().allMatch(TeeContext::isClosed), "those that cannot be checked");
        assertTrue(permitted.stream().noneMatch(TeeContext::isClosed), "those that are permitted");
    }

    @Test
    @DisplayName(
            "ERM-22: given a device whose services' listeners throw, when permissions change, then the next is told")
    void aDeviceThatFailsKeepsNoOtherOpen() {
        bind(1, "tee0", 0);
        bind(2, "tee1", 0);
        TeeContext here = framework.registrations.get(1).get(client, TeeContext.class);
        TeeContext there = framework.registrations.get(3).get(client, TeeContext.class);
        framework.onModified = () -> {
            throw new StackOverflowError("as a listener brings it about");
        };

        permissions.forbid(Right.DEVICE, "tee0");
        permissions.forbid(Right.DEVICE, "tee1");
        assertTrue(here.isClosed() && there.isClosed());
        framework.onModified = () -> {};
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("ERM-20, ERM-22: given listeners of devices' services that do not return, when permissions change and "
            + "workers come, then"
            + " all devices take that over")
    void listenersThatHangKeepNoDeviceOpen() {
        bind(1, "tee0", 0);
        bind(2, "tee1", 0);
        TeeContext here = framework.registrations.get(1).get(client, TeeContext.class);
        TeeContext there = framework.registrations.get(3).get(client, TeeContext.class);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        framework.onModified = () -> {
            told.incrementAndGet();
            awaitDeaf(end);
        };

        permissions.forbid(Right.DEVICE, "tee0");
        permissions.forbid(Right.DEVICE, "tee1");
        registry.bindWorkers(new FakeWorkers());

        assertTrue(here.isClosed() && there.isClosed());
        Awaitility.await("one for each device").until(() -> told.get() == 2);
        end.countDown();
        for (FakeFramework.Registration service : framework.registrations) {
            Awaitility.await().until(() -> Boolean.TRUE.equals(service.properties.get(TeeDevice.SERVES_CALLBACKS)));
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("ERM-23: given listeners of a device's services that do not return, when permissions change again and "
            + "again, then they are"
            + " told of that once")
    void changesWaitTogether() {
        bind(1, "tee0", 0);
        Semaphore mayReturn = new Semaphore(0);
        AtomicInteger told = new AtomicInteger();
        framework.onModified = () -> {
            told.incrementAndGet();
            mayReturn.acquireUninterruptibly();
        };
        permissions.forbid(Right.DEVICE, "another");
        Awaitility.await().until(() -> told.get() == 1);

        for (int i = 0; i < 50; i++) {
            permissions.allow(Right.DEVICE, "another");
            permissions.forbid(Right.DEVICE, "another");
        }
        int ofTwoServicesTwice = 4;
        mayReturn.release(ofTwoServicesTwice);

        Awaitility.await().until(DeviceRegistryTest::nothingIsAnnounced);
        assertEquals(ofTwoServicesTwice, told.get());
    }

    private static boolean nothingIsAnnounced() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("ermine-announce"));
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

    @Test
    @DisplayName("ERM-22: given parts that fail when they are asked what they know, then the others' knowledge is told")
    void aPartThatCannotTellKeepsNothingOfOthersUntold() {
        AtomicInteger asked = new AtomicInteger();
        for (int part = 0; part < 9; part++) {
            boolean fails = part % 3 == 0;
            registry.bindContributor(new RuntimeContributor() {
                @Override
                public void contribute(RuntimeDTO told) {
                    if (fails) {
                        throw new StackOverflowError("as a broken part brings it about");
                    }
                    asked.incrementAndGet();
                }

                @Override
                public void onChange(Runnable listener) {
                    // Nothing changes.
                }
            });
        }
        bind(1, "tee0", 0);

        assertEquals("tee0", runtime.snapshot().devices[0].name);
        assertEquals(6, asked.get());
    }

    @Test
    @DisplayName(
            "ERM-29: given a part that core itself uses and that fails, then no state is told in which what it knows "
                    + "is missing")
    void withoutTheWordOfAnOwnPartNothingIsTold() {
        Runnable failing = () -> {
            throw new OutOfMemoryError("as while it counts");
        };
        FakeWorkers workers = new FakeWorkers();
        registry.bindWorkers(workers);
        assertEquals(1, runtime.snapshot().handlers.length);

        workers.telling = failing;
        assertThrows(OutOfMemoryError.class, runtime::snapshot, "else it is told that there is no handler");
        workers.telling = () -> {};

        permissions.telling = failing;
        assertThrows(OutOfMemoryError.class, runtime::snapshot, "else it is told that everything is permitted");
        permissions.telling = () -> {};

        memory.telling = failing;
        assertThrows(OutOfMemoryError.class, runtime::snapshot, "else it is told that no memory is in use");
    }

    @Test
    @DisplayName(
            "ERM-22: given a part that takes all away when it is asked what it knows, then the others' knowledge is "
                    + "told")
    void aPartAddsToWhatOthersKnowAndTakesNothingAway() {
        registry.bindContributor(told -> {
            told.devices = null;
            told.memory = null;
            told.permissions = null;
            told.failedHandlers = new FailedHandlerDTO[] {null};
            told.failedTrustedServices = null;
        });
        registry.bindContributor(told -> told.failedHandlers = new FailedHandlerDTO[] {new FailedHandlerDTO()});
        permissions.forbid(Right.DEVICE, "tee1");
        bind(1, "tee0", 0);

        RuntimeDTO state = runtime.snapshot();

        assertEquals("tee0", state.devices[0].name);
        assertEquals(0, state.memory.regions);
        assertEquals(1, state.permissions.rules.length);
        assertEquals(1, state.failedHandlers.length);
        assertEquals(0, state.failedTrustedServices.length);
    }

    @Test
    @DisplayName(
            "ERM-22: given a part that fails when it is told that nobody listens any more, then it is not asked once "
                    + "it is gone")
    void aPartThatFailsWhenItGoesIsGone() {
        AtomicInteger asked = new AtomicInteger();
        RuntimeContributor part = new RuntimeContributor() {
            @Override
            public void contribute(RuntimeDTO told) {
                asked.incrementAndGet();
            }

            @Override
            public void onChange(Runnable listener) {
                if (listener == null) {
                    throw new IllegalStateException("as a bundle that has stopped already");
                }
            }
        };
        registry.bindContributor(part);
        runtime.snapshot();

        assertThrows(IllegalStateException.class, () -> registry.unbindContributor(part));
        runtime.snapshot();

        assertEquals(1, asked.get());
    }

    @Test
    @Timeout(60)
    @DisplayName(
            "ERM-22: given a part that does not return when it is asked or told who listens, then the state is told "
                    + "without it, changes are counted, and it is asked again when it has returned")
    void aPartThatDoesNotReturn() throws Exception {
        CompletableFuture<Void> returns = new CompletableFuture<>();
        RuntimeContributor part = new RuntimeContributor() {
            @Override
            public void contribute(RuntimeDTO told) {
                returns.join();
                told.failedTrustedServices = new FailedTrustedServiceDTO[] {new FailedTrustedServiceDTO()};
            }

            @Override
            public void onChange(Runnable listener) {
                returns.join();
            }
        };
        long before = registry.counters().changes();
        CompletableFuture<Void> binding = CompletableFuture.runAsync(() -> registry.bindContributor(part));
        Awaitility.await().until(() -> registry.counters().changes() > before);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, runtime.snapshot().failedTrustedServices.length);
        }
        returns.complete(null);
        binding.get();
        Awaitility.await().until(() -> runtime.snapshot().failedTrustedServices.length == 1);
    }

    @Test
    void aContextThatOpensWhileItsPermissionIsTakenBackIsClosed() {
        FakeDriver driver = bind(1, "tee0", 0);
        driver.onOpen = () -> permissions.forbid(Right.DEVICE, "tee0");

        assertNull(context());
        assertEquals(1, driver.last().closes.get());
    }

    @Test
    void aServiceThatOpensWhileItsPermissionIsTakenBackIsRefused() {
        FakeDriver driver = bind(1, "tee0", 0);
        context();
        permissions.onQuestion = () -> {
            permissions.onQuestion = () -> {};
            permissions.forbid(Right.SERVICE, "5");
        };

        TeeException refused =
                assertThrows(TeeException.class, () -> driver.last().host.requireService("5"));
        assertEquals(Errno.EACCES, refused.errno().orElseThrow());
    }

    @Test
    void aDriverForDevelopmentBecomesADeviceForDevelopment() {
        bind(1, "real", 0);
        FakeDriver emulated = new FakeDriver();
        bound.put(emulated, Map.of("service.id", 2L, TeeDevice.DEVICE_NAME, "emulated", TeeDevice.DEVELOPMENT, true));
        registry.bindDriver(emulated, bound.get(emulated));

        Map<String, Boolean> development = new HashMap<>();
        for (DeviceDTO device : runtime.snapshot().devices) {
            development.put(device.name, device.development);
        }
        assertEquals(Map.of("real", false, "emulated", true), development);
        for (FakeFramework.Registration service : framework.registrations) {
            assertEquals(
                    development.get(service.properties.get(TeeDevice.DEVICE_NAME)),
                    service.properties.get(TeeDevice.DEVELOPMENT));
        }
    }

    @Test
    @DisplayName("ERM-16: the owner of a context is the bundle that got it")
    void theOwnerIsTheBundleThatGotTheService() throws TeeException {
        FakeDriver driver = bind(1, "tee0", 0);
        context();
        assertEquals("com.example.client 1.0.0 [33]", driver.last().host.owner());
        device().open();
        assertEquals("com.example.client 1.0.0 [33]", driver.last().host.owner());
    }

    @Test
    @DisplayName("CTX-4: a context service is opened for each that gets it and closed when it is given back")
    void contextServicesHavePrototypeScope() throws TeeException {
        FakeDriver driver = bind(1, "tee0", 0);
        TeeContext first = context();
        TeeContext second = context();
        TeeContext further = second.device().open();
        assertNotSame(first, second);
        framework.service(TeeContext.class).unget(second);
        assertTrue(second.isClosed());
        assertTrue(further.isClosed());
        assertFalse(first.isClosed());
        assertEquals(1, driver.contexts.get(1).closes.get());
        framework.service(TeeContext.class).unget(first);
        assertEquals(0, runtime.snapshot().devices[0].contexts.length);
    }

    @Test
    void contextsOpenedThroughADeviceAreClosedWhenItIsGivenBack() throws TeeException {
        bind(1, "tee0", 0);
        TeeDevice device = device();
        TeeDevice other = framework.service(TeeDevice.class).get(FakeFramework.bundle(34, "other"), TeeDevice.class);
        TeeContext mine = device.open();
        TeeContext others = other.open();
        framework.service(TeeDevice.class).unget(device);
        assertTrue(mine.isClosed());
        assertFalse(others.isClosed());
        assertThrows(TeeException.class, device::open);
    }

    @Test
    void aContextThatCannotBeOpenedIsNoService() {
        FakeDriver driver = bind(1, "tee0", 0);
        driver.openFailure = new TeeException(Errno.ENOMEM, "no memory");
        assertNull(context());
        driver.openFailure = null;
        assertEquals(1, context() == null ? 0 : 1);
    }

    @Test
    @DisplayName("CTX-1: after the driver went, nobody who still has the device can open a context")
    void aGoneDeviceOpensNothing() {
        FakeDriver driver = bind(1, "tee0", 0);
        TeeDevice device = device();
        unbind(driver);
        TeeException e = assertThrows(TeeException.class, device::open);
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
        assertEquals(0, driver.contexts.size());
    }

    @Test
    void optionsOutOfRangeLeaveWhatIsInForce() throws TeeException {
        options.modified(TestOptions.configuration(10), Map.of());
        options.modified(TestOptions.configuration(-1), Map.of());
        options.modified(TestOptions.configuration(600_001), Map.of());
        FakeDriver driver = bind(1, "tee0", 0);
        context();
        driver.last().host.retain();
        assertTimeout(Duration.ofSeconds(4), () -> unbind(driver));
        driver.last().host.release();
    }

    @Test
    @DisplayName("CTX-10: the wait for the last release is bounded by the configuration")
    void theWaitIsConfigured() throws TeeException {
        options.modified(TestOptions.configuration(10), Map.of());
        FakeDriver driver = bind(1, "tee0", 0);
        context();
        driver.last().host.retain();
        unbind(driver);
        assertEquals(1, driver.last().releases.get());
        driver.last().host.release();
        assertEquals(1, driver.last().releases.get());
    }

    @Test
    void aDriverWithoutANameIsNotUsableAndSaysWhy() {
        bind(1, null, 0);
        bind(2, " ", 0);
        assertEquals(0, framework.count());
        FailedHandlerDTO[] failed = runtime.snapshot().failedHandlers;
        assertEquals(2, failed.length);
        assertEquals("driver", failed[0].kind);
        assertEquals("bundle9 1.0.0 [9]", failed[0].bundle);
        assertEquals("it has no service property tee.device that names its device", failed[0].reason);
    }

    @Test
    void ofTwoDriversWithOneNameTheHighestRankingIsUsed() {
        FakeDriver low = bind(1, "tee0", 0);
        TeeContext context = context();
        FakeDriver same = bind(2, "tee0", 0);
        assertFalse(context.isClosed());
        FakeDriver high = bind(3, "tee0", 7);
        assertTrue(context.isClosed());
        assertEquals(2, framework.count());
        context();
        assertEquals(1, high.contexts.size());
        FailedHandlerDTO[] failed = runtime.snapshot().failedHandlers;
        assertEquals(2, failed.length);
        assertEquals("tee0", failed[0].name);
        assertTrue(failed[0].reason.contains("taken by the driver of bundle9 1.0.0 [9] (service 3)"), failed[0].reason);

        unbind(high);
        context();
        assertEquals(2, low.contexts.size());
        unbind(low);
        context();
        assertEquals(1, same.contexts.size());
    }

    @Test
    void aDriverThatChangesItsNameMakesAnotherDevice() {
        FakeDriver driver = bind(1, "tee0", 0);
        TeeContext context = context();
        registry.updatedDriver(driver, bound.get(driver));
        assertFalse(context.isClosed());
        bound.get(driver).put(TeeDevice.DEVICE_NAME, "tee1");
        registry.updatedDriver(driver, bound.get(driver));
        assertTrue(context.isClosed());
        assertEquals("tee1", context().device().name());
    }

    @Test
    void aDriverThatFailsAtOnceIsNotUsableAndSaysWhy() {
        FakeDriver broken = new FakeDriver() {
            @Override
            public TeeVersion version() {
                throw new IllegalStateException("no answer");
            }
        };
        bind(broken, 1, "tee0", 0);
        assertEquals(0, framework.count());
        FailedHandlerDTO failed = runtime.snapshot().failedHandlers[0];
        assertTrue(failed.reason.contains("no answer"), failed.reason);
    }

    @Test
    void theSnapshotShowsWhatIsThere() throws TeeException {
        long before = runtime.snapshot().changeCount;
        FakeWorkers workers = new FakeWorkers();
        registry.bindWorkers(workers);
        FakeDriver driver = bind(1, "tee0", 0);
        TeeContext context = context();
        context.root().invoke(0, new Arguments().in(CALLBACK));
        context.allocate(1);
        driver.last().host.retain();

        RuntimeDTO snapshot = runtime.snapshot();
        assertTrue(snapshot.changeCount > before);
        assertEquals(1, snapshot.handlers.length);
        assertEquals(1, snapshot.failedHandlers.length);
        assertEquals(1, snapshot.memory.regions);
        DeviceDTO device = snapshot.devices[0];
        assertEquals("tee0", device.name);
        assertEquals(TeeVersion.QTEE, device.implementation);
        assertEquals("5.2.0", device.release);
        assertEquals(7, device.pendingReleases);
        ContextDTO dto = device.contexts[0];
        assertEquals("com.example.client 1.0.0", dto.owner);
        assertEquals(33, dto.ownerBundleId);
        assertEquals(2, dto.references);
        assertEquals(3, dto.teeObjects);
        assertEquals(1, dto.callbackObjects);
        assertEquals(1, dto.sharedMemories);
        assertEquals("QUEUED", dto.requests[0].state);
        assertEquals(snapshot.changeCount, runtime.snapshot().changeCount);

        context.close();
        assertTrue(runtime.snapshot().devices[0].contexts[0].closed);
        driver.last().host.release();
        assertEquals(0, runtime.snapshot().devices[0].contexts.length);
        assertTrue(runtime.snapshot().changeCount > snapshot.changeCount);
    }

    @Test
    void theObjectsOfAContextAreListed() throws TeeException {
        registry.bindWorkers(new FakeWorkers());
        FakeDriver driver = bind(1, "tee0", 0);
        TeeContext context = context();
        context.root().invoke(0, new Arguments().in(CALLBACK));
        context.allocate(1);
        driver.last().invocation = (object, op, params) -> {
            params.get(0).object(org.ermine.tee.spi.TeeParam.Type.OBJREF_OUTPUT, 12, 1);
            return 0;
        };
        Arguments arguments = new Arguments().outObject();
        context.root().invoke(0, arguments);

        long id = runtime.snapshot().devices[0].contexts[0].id;
        assertEquals(id, runtime.contexts("tee0", id - 1, 10).get(0).id);
        assertEquals(List.of(), runtime.contexts("tee0", id, 10));
        assertEquals(List.of(), runtime.contexts("tee1", 0, 10));
        assertThrows(IllegalArgumentException.class, () -> runtime.contexts("tee0", 0, -1));
        assertThrows(IllegalArgumentException.class, () -> runtime.snapshot(-1));
        List<ObjectDTO> objects = runtime.objects(id, 10);
        assertEquals(
                List.of("tee", "callback", "memory"),
                objects.stream().map(each -> each.kind).toList());
        assertEquals(List.of(12L, 0L, 1L), objects.stream().map(each -> each.id).toList());
        assertEquals("4096 bytes", objects.get(2).description);
        assertTrue(objects.get(1).description.startsWith(getClass().getName()), objects.get(1).description);
        assertEquals(2, runtime.objects(id, 2).size());
        assertEquals(List.of(), runtime.objects(id + 1, 10));
        assertThrows(IllegalArgumentException.class, () -> runtime.objects(id, -1));
        arguments.teeObject(0).close();
    }

    @Test
    void workersComeAndGo() throws TeeException {
        FakeDriver driver = bind(1, "tee0", 0);
        TeeContext context = context();
        assertThrows(TeeException.class, () -> context.root().invoke(0, new Arguments().in(CALLBACK)));
        FakeWorkers first = new FakeWorkers();
        FakeWorkers second = new FakeWorkers();
        registry.bindWorkers(first);
        context.root().invoke(0, new Arguments().in(CALLBACK));
        registry.unbindWorkers(first);
        driver.last().request(0, 1);
        assertEquals(0, first.announced.size());
        registry.bindWorkers(second);
        registry.unbindWorkers(first);
        assertSame(second, registry.workers());
        assertEquals(1, second.serveAll());
        registry.unbindWorkers(second);
        assertNull(registry.workers());
    }

    private List<Object> servesCallbacks() {
        return List.of(
                framework.service(TeeDevice.class).properties.get("tee.servesCallbacks"),
                framework.service(TeeContext.class).properties.get("tee.servesCallbacks"));
    }

    @Test
    void givenWorkersThatComeAndGoThenTheServicesSayWhetherCallbacksAreServed() {
        bind(1, "tee0", 0);
        assertEquals(List.of(false, false), servesCallbacks());
        FakeWorkers first = new FakeWorkers();
        FakeWorkers second = new FakeWorkers();
        registry.bindWorkers(first);
        assertEquals(List.of(true, true), servesCallbacks());
        registry.bindWorkers(second);
        registry.unbindWorkers(first);
        assertEquals(List.of(true, true), servesCallbacks());
        registry.unbindWorkers(second);
        assertEquals(List.of(false, false), servesCallbacks());
    }

    @Test
    void givenWorkersBeforeTheDeviceThenItsServicesSayThatCallbacksAreServed() {
        registry.bindWorkers(new FakeWorkers());
        bind(1, "tee0", 0);
        assertEquals(List.of(true, true), servesCallbacks());
    }

    @Test
    void whenTheServicesSayThatCallbacksAreServedThenACallbackObjectCanBePassedAlready() {
        bind(1, "tee0", 0);
        TeeContext context = context();
        List<String> passed = new ArrayList<>();
        framework.onModified = () -> {
            try {
                context.root().invoke(0, new Arguments().in(CALLBACK));
                passed.add("passed");
            } catch (TeeException e) {
                passed.add(e.getMessage());
            }
        };
        registry.bindWorkers(new FakeWorkers());
        assertEquals(List.of("passed", "passed"), passed);
    }
}
