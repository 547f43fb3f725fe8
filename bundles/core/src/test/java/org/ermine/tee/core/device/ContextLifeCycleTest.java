// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.context.Context;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.FakeDriver;
import org.ermine.tee.core.fakes.FakeMemory;
import org.ermine.tee.core.fakes.FakeWorkers;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.core.rights.OwnerRights;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.TeeParam;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContextLifeCycleTest {

    @AutoClose
    private Fixture fixture;

    private Context context;
    private FakeContext backend;

    @BeforeEach
    void open() throws TeeException {
        fixture = new Fixture();
        context = fixture.context;
        backend = fixture.backend;
    }

    private static void assertErrno(Errno errno, org.junit.jupiter.api.function.Executable call) {
        TeeException e = assertThrows(TeeException.class, call);
        assertEquals(errno, e.errno().orElseThrow(), e.getMessage());
    }

    @Test
    @DisplayName("CTX-1: a failed open leaves no user of the device behind")
    void aFailedOpenLeavesNothing() throws TeeException {
        fixture.driver.openFailure = new TeeException(Errno.ENOMEM, "no memory");
        assertErrno(Errno.ENOMEM, fixture::open);
        context.close();
        assertTimeoutFree();
    }

    private void assertTimeoutFree() {
        long before = System.nanoTime();
        fixture.device.stop(Duration.ofSeconds(30));
        assertTrue(
                System.nanoTime() - before < TimeUnit.SECONDS.toNanos(15), "stop waited for a user that is not there");
    }

    @Test
    @DisplayName("CTX-2: a fresh context holds nothing and has the owner's reference")
    void aFreshContextIsEmpty() {
        ContextDTO dto = context.describe();
        assertEquals(1, dto.references);
        assertEquals(0, dto.callbackObjects);
        assertEquals(0, dto.sharedMemories);
        assertFalse(dto.closed);
    }

    @Test
    @DisplayName(
            "CTX-4, ERM-20: closing tells the backend, drops memory, then the owner's reference, and then tells the "
                    + "callback objects")
    void closingGoesInOrder() throws TeeException {
        List<String> order = new ArrayList<>();
        SharedMemory memory = context.allocate(1);
        CallbackObject object = released(() -> order.add(
                "closes=" + backend.closes + " memory=" + !memory.isClosed() + " releases=" + backend.releases));
        context.root().invoke(0, new Arguments().in(object));

        context.close();
        context.close();

        assertEquals(List.of("closes=1 memory=false releases=1"), order);
        assertTrue(memory.isClosed());
        assertEquals(0, fixture.memory.regions.size());
        assertEquals(1, backend.closes.get());
        assertEquals(1, backend.releases.get());
    }

    @Test
    void anErrorInReleasedDoesNotStopTheClose() throws TeeException {
        SharedMemory memory = context.allocate(1);
        context.root().invoke(0, new Arguments().in(released(() -> {
                    throw new NoClassDefFoundError("refreshed");
                })));
        context.close();
        assertTrue(memory.isClosed());
        assertEquals(1, backend.releases.get());
    }

    @Test
    @DisplayName(
            "CTX-3, CTX-7: the backend's references keep the context after close; release runs once, with the last put")
    void releaseRunsWithTheLastPut() {
        backend.host.retain();
        backend.host.retain();
        context.close();
        assertEquals(1, backend.closes.get());
        assertEquals(0, backend.releases.get());
        assertNotNull(fixture.device.context(context.id()));
        backend.host.release();
        assertEquals(1, context.describe().references);
        backend.host.release();
        assertEquals(1, backend.releases.get());
        assertNull(fixture.device.context(context.id()));
        backend.host.release();
        assertEquals(1, backend.releases.get());
        assertThrows(IllegalStateException.class, backend.host::retain);
    }

    @Test
    @DisplayName("CTX-5: an invocation that finds its memory gone, since the context was closed meanwhile, fails with "
            + "ENODEV")
    void whatIsMissedInAContextThatIsClosedMeanwhileIsTheContext() {
        fixture.backend.invocation = (object, op, params) -> {
            context.close();
            throw new TeeException(Errno.EINVAL, "there is no such memory");
        };
        assertErrno(Errno.ENODEV, () -> context.root().invoke(0, new Arguments()));
    }

    @Test
    @DisplayName(
            "CTX-5: given memory of a context that is closed, when it is passed then the context is what is missed")
    void whatIsMissedAmongTheArgumentsOfAClosedContextIsTheContext() throws TeeException {
        SharedMemory memory = context.allocate(1);
        context.close();
        assertErrno(Errno.ENODEV, () -> context.root().invoke(0, new Arguments().in(memory)));
    }

    @Test
    @DisplayName("CTX-5: given a context is closed while it is invoked, when what was returned is gone then so is the "
            + "context")
    void whatIsMissedInTheAnswerToAClosedContextIsTheContext() throws TeeException {
        SharedMemory memory = context.allocate(1);
        fixture.backend.invocation = (object, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, memory.id(), TeeParam.FLAG_MEM);
            context.close();
            return 0;
        };
        assertErrno(Errno.ENODEV, () -> context.root().invoke(0, new Arguments().outObject()));
    }

    @Test
    @DisplayName("CTX-5: everything that needs the TEE fails with ENODEV after close")
    void aClosedContextRefuses() throws TeeException {
        TeeObject object = fixture.teeObject(3);
        context.close();
        assertTrue(context.isClosed());
        assertErrno(Errno.ENODEV, () -> object.invoke(0, new Arguments()));
        assertErrno(Errno.ENODEV, () -> context.root().invoke(0, new Arguments().in(context.credentials())));
        assertErrno(Errno.ENODEV, () -> context.allocate(1));
        assertErrno(Errno.ENODEV, () -> context.register(ByteBuffer.allocateDirect(8)));
        assertErrno(Errno.ENODEV, () -> context.callback("x"));
        assertEquals(0, fixture.memory.regions.size());
    }

    @Test
    @DisplayName("CTX-9: two opens give two contexts that know their owner")
    void twoOpensAreIndependent() throws TeeException {
        Context other = (Context) fixture.open();
        assertNotEquals(context.id(), other.id());
        other.close();
        assertFalse(context.isClosed());
        context.root().invoke(0, new Arguments());
        assertEquals("com.example.client 1.2.3 [17]", backend.host.owner());
        ContextDTO dto = context.describe();
        assertEquals("com.example.client 1.2.3", dto.owner);
        assertEquals(17, dto.ownerBundleId);
    }

    @Test
    @DisplayName("CTX-12: version and name of the device are the driver's")
    void theDeviceTellsItsVersion() {
        assertEquals("fake", context.device().name());
        assertEquals(fixture.driver.version(), context.device().version());
    }

    @Test
    void theBackendIsNotReleasedWhileACallIsInside() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        backend.invocation = (id, op, params) -> {
            inside.countDown();
            awaitUninterrupted(leave);
            return 0;
        };
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> call = executor.submit(() -> {
            context.root().invoke(0, new Arguments());
            return null;
        });
        inside.await();
        context.close();
        assertEquals(1, backend.closes.get());
        assertEquals(0, backend.releases.get());
        leave.countDown();
        call.get();
        assertEquals(1, backend.releases.get());
        executor.shutdown();
    }

    @Test
    @DisplayName(
            "CTX-3, ERM-12: given invocations within each other, more than a thread has slots, when the context is "
                    + "closed"
                    + " by the innermost, then its backend is released when the outermost has left")
    void closedFromDeepWithin() throws TeeException {
        int depth = 3 * HazardSlots.count() / Long.SIZE;
        AtomicInteger inside = new AtomicInteger();
        backend.invocation = (id, op, params) -> {
            if (inside.incrementAndGet() < depth) {
                context.root().invoke(0, new Arguments());
            } else {
                context.close();
            }
            assertEquals(0, backend.releases.get());
            inside.decrementAndGet();
            return 0;
        };

        context.root().invoke(0, new Arguments());

        assertEquals(1, backend.closes.get());
        assertEquals(1, backend.releases.get());
        assertEquals(0, fixture.inside());
    }

    static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("ERM-12: close beside invocations: late ones get ENODEV, release runs once and after all have left")
    void closeBesideInvocations() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        for (int round = 0; round < 500; round++) {
            Context raced = (Context) fixture.open();
            FakeContext racedBackend = fixture.driver.last();
            CyclicBarrier barrier = new CyclicBarrier(4);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(executor.submit(() -> invokeUntilClosed(raced, barrier)));
            }
            all.add(executor.submit(() -> {
                barrier.await();
                raced.close();
                return null;
            }));
            for (Future<?> each : all) {
                each.get();
            }
            assertEquals(1, racedBackend.closes.get());
            assertEquals(1, racedBackend.releases.get());
            assertEquals(0, racedBackend.late.get());
        }
        executor.shutdown();
    }

    private static Void invokeUntilClosed(TeeContext context, CyclicBarrier barrier) throws Exception {
        Arguments arguments = new Arguments().in(new byte[8]);
        barrier.await();
        while (true) {
            try {
                context.root().invoke(0, arguments);
            } catch (TeeException e) {
                assertEquals(Errno.ENODEV, e.errno().orElseThrow());
                return null;
            }
        }
    }

    @Test
    @DisplayName("CTX-10: stop refuses new contexts, closes the open ones and waits for the last release")
    void stopWaitsForTheLastRelease() throws Exception {
        backend.host.retain();
        Thread stopping = new Thread(() -> fixture.device.stop(Duration.ofSeconds(30)));
        stopping.start();
        await().until(() -> backend.closes.get() == 1);
        assertErrno(Errno.ENODEV, fixture::open);
        assertTrue(stopping.isAlive());
        backend.host.release();
        stopping.join();
        assertEquals(1, backend.releases.get());
    }

    @Test
    @DisplayName("CTX-13: opens beside stop: each is refused, or its context was released once when stop returns")
    void opensBesideStop() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(3);
        for (int round = 0; round < 200; round++) {
            FakeDriver driver = new FakeDriver();
            Device raced = new Device("raced", driver, new FakeMemory(), () -> null);
            CyclicBarrier barrier = new CyclicBarrier(4);
            List<Future<Integer>> openers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                openers.add(executor.submit(() -> openUntilRefused(raced, barrier)));
            }
            barrier.await();
            raced.stop(Duration.ofSeconds(30));
            int made = driver.contexts.size();
            driver.contexts.forEach(each -> assertEquals(1, each.releases.get(), "releases when stop returns"));
            int opened = 0;
            for (Future<Integer> opener : openers) {
                opened += opener.get();
            }
            assertTrue(opened <= made, opened + " contexts opened, " + made + " made before stop returned");
            driver.contexts.forEach(each -> assertEquals(1, each.closes.get()));
            driver.contexts.forEach(each -> assertEquals(1, each.releases.get()));
            assertErrno(Errno.ENODEV, () -> raced.open(Fixture.OWNER));
            assertEquals(made, driver.contexts.size());
        }
        executor.shutdown();
    }

    /** How many were opened; every other one is closed by its owner at once. */
    private static int openUntilRefused(Device device, CyclicBarrier barrier) throws Exception {
        barrier.await();
        for (int opened = 0; ; opened++) {
            TeeContext context;
            try {
                context = device.open(Fixture.OWNER);
            } catch (TeeException e) {
                assertEquals(Errno.ENODEV, e.errno().orElseThrow());
                return opened;
            }
            if (opened % 2 == 0) {
                context.close();
            }
        }
    }

    @Test
    @DisplayName("CTX-10, TRAP-23: past its bound, stop cuts off what is left, once; late puts are harmless")
    void stopCutsOffWhatIsLeft() throws TeeException {
        backend.host.retain();
        fixture.device.stop(Duration.ofMillis(20));
        assertEquals(1, backend.closes.get());
        assertEquals(1, backend.releases.get());
        backend.host.release();
        backend.host.release();
        fixture.device.stop(Duration.ofMillis(20));
        assertEquals(1, backend.releases.get());
        assertEquals(0, fixture.device.describe().contexts.length);
    }

    @Test
    void whatIsCutOffIsNamed() throws TeeException {
        SharedMemory memory = context.allocate(8192);
        fixture.memory.regions.get(memory.id()).retain();
        CallbackObject object = new FakeWorkers.NamedObject("x");
        context.root().invoke(0, new Arguments().in(object));
        backend.host.retain();
        context.close();
        String remains = context.remains();
        assertTrue(remains.contains("of com.example.client 1.2.3 [17]"), remains);
        assertTrue(remains.contains("1 reference(s)"), remains);
        assertTrue(
                remains.contains("callback object 0 (org.ermine.tee.core.fakes.FakeWorkers$NamedObject) held for"),
                remains);
        assertTrue(remains.contains("shared memory 1 of 8192 bytes held for"), remains);
        backend.host.release();
    }

    private Context openWith(Owner owner, Runnable released) throws TeeException {
        Context opened = (Context) fixture.device.open(owner);
        opened.root().invoke(0, new Arguments().in(released(released)));
        opened.allocate(4096);
        return opened;
    }

    private long memoryInUse() {
        return fixture.memory.regions.values().stream()
                .filter(region -> region.references.get() > 0)
                .count();
    }

    @Test
    @DisplayName(
            "ERM-20: given owners that hang in released(), when the device stops, then nothing of theirs is kept and "
                    + "all"
                    + " others are told")
    void clientsThatHangInReleasedKeepNeitherTheDeviceNorOthers() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            Owner hostile = new Owner(100 + i, "com.example.hostile", "1");
            for (int j = 0; j < 3; j++) {
                openWith(hostile, () -> awaitUninterrupted(hang));
            }
            openWith(new Owner(200 + i, "com.example.innocent", "1"), told::countDown);
        }
        fixture.device.stop(Duration.ofMillis(200));
        told.await();
        assertEquals(0, memoryInUse(), "memory");
        assertEquals(0, fixture.device.describe().contexts.length, "contexts");
        fixture.driver.contexts.forEach(each -> assertEquals(1, each.releases.get()));
        assertEquals(5, closerThreads(), "threads that wait for five owners");
        hang.countDown();
        await().until(() -> closerThreads() == 0);
    }

    private static long closerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ermine-close-fake"))
                .count();
    }

    @Test
    @DisplayName(
            "ERM-20: given a bundle that hangs in released(), when it gives the device back, then its contexts are "
                    + "over,"
                    + " their memory is free, and it is held up for a while only, once")
    void aBundleWhoseReleasedHangsIsHeldUpForAWhileOnlyAndItsOtherContextsAreClosed() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        List<Context> hanging = new ArrayList<>();
        List<DeviceHandle> handles = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            DeviceHandle handle = new DeviceHandle(fixture.device, Fixture.OWNER, OwnerRights.ALL);
            hanging.add((Context) handle.open());
            hanging.get(i).root().invoke(0, new Arguments().in(released(() -> awaitUninterrupted(hang))));
            hanging.get(i).allocate(4096);
            handles.add(handle);
        }
        handles.get(0).close(Duration.ofMillis(50));
        handles.get(1).close(Duration.ofDays(1));
        assertTrue(hanging.stream().allMatch(Context::isClosed));
        assertEquals(0, memoryInUse());
        assertTrue(fixture.driver.contexts.stream().skip(1).allMatch(each -> each.releases.get() == 1));
        hang.countDown();
    }

    @Test
    @DisplayName("given released() that gives the device back itself, then it does not wait for itself")
    void givenBackByReleased() throws Exception {
        DeviceHandle handle = new DeviceHandle(fixture.device, Fixture.OWNER, OwnerRights.ALL);
        DeviceHandle other = new DeviceHandle(fixture.device, Fixture.OWNER, OwnerRights.ALL);
        AtomicInteger told = new AtomicInteger();
        other.open().root().invoke(0, new Arguments().in(released(told::incrementAndGet)));
        handle.open().root().invoke(0, new Arguments().in(released(() -> other.close(Duration.ofDays(1)))));
        handle.close(Duration.ofDays(1));
        await().until(() -> told.get() == 1);
    }

    @Test
    void aBundleThatGivesADeviceBackIsToldOfItsReleasedObjectsBeforeThatIsDone() throws Exception {
        DeviceHandle handle = new DeviceHandle(fixture.device, Fixture.OWNER, OwnerRights.ALL);
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            handle.open().root().invoke(0, new Arguments().in(released(told::incrementAndGet)));
        }
        handle.close(Duration.ofSeconds(30));
        assertEquals(10, told.get());
    }

    private static CallbackObject released(Runnable action) {
        return new CallbackObject() {
            @Override
            public void dispatch(int op, IncomingArguments arguments) {}

            @Override
            public void released() {
                action.run();
            }
        };
    }

    @Test
    void noThreadIsLeftAfterStop() throws TeeException {
        context.root().invoke(0, new Arguments().in(context.credentials()));
        fixture.device.stop(Duration.ofSeconds(5));
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().endsWith("-fake") && thread.isAlive()));
    }

    @Test
    @DisplayName("MEM-1: shared memory is given back once, its view is the caller's own, and its id outlives nothing")
    void sharedMemoryIsGivenBackOnce() throws TeeException {
        SharedMemory memory = context.allocate(5000);
        assertEquals(8192, memory.size());
        ByteBuffer view = memory.buffer();
        view.putInt(0x01020304);
        assertEquals(0, memory.buffer().position());
        assertEquals(ByteOrder.LITTLE_ENDIAN, memory.buffer().order());
        assertEquals(4, memory.buffer().get(0));
        assertEquals(1, context.describe().sharedMemories);
        FakeMemory.Region region = fixture.memory.regions.get(memory.id());
        memory.close();
        memory.close();
        assertEquals(0, region.references.get());
        assertEquals(0, context.describe().sharedMemories);
        assertThrows(IllegalStateException.class, memory::buffer);
    }

    @Test
    void registeredMemoryIsTheCallersOwn() throws TeeException {
        ByteBuffer direct = ByteBuffer.allocateDirect(16).position(4);
        SharedMemory memory = context.register(direct);
        memory.buffer().put(0, (byte) 9);
        assertEquals(9, direct.get(4));
    }

    @Test
    @DisplayName("MEM-1: a backend finds memory of its own context only")
    void memoryIsFoundInItsOwnContextOnly() throws TeeException {
        SharedMemory memory = context.allocate(1);
        fixture.open();
        assertNull(fixture.driver.last().host.memory(memory.id()));
        assertNull(backend.host.memory(memory.id() + 1));
        MemoryRegion found = backend.host.memory(memory.id());
        assertEquals(2, fixture.memory.regions.get(memory.id()).references.get());
        found.release();
    }

    @Test
    @DisplayName("MEM-5: memory that the owner closed stays as long as the TEE refers to it, and is kept by nothing "
            + "afterwards")
    void memoryStaysAsLongAsTheTeeRefersToIt() throws TeeException {
        long id = allocateAndLeaveToTheTee();
        for (int i = 0; i < 100; i++) {
            context.allocate(1).close();
        }
        WeakReference<MemoryRegion> region = releaseTwice(id);
        assertNull(backend.host.memory(id));
        await().until(() -> {
            System.gc();
            return region.get() == null;
        });
    }

    private long allocateAndLeaveToTheTee() throws TeeException {
        SharedMemory memory = context.allocate(1);
        assertNotNull(backend.host.memory(memory.id()));
        memory.close();
        return memory.id();
    }

    private WeakReference<MemoryRegion> releaseTwice(long id) {
        MemoryRegion region = backend.host.memory(id);
        region.release();
        region.release();
        return new WeakReference<>(region);
    }

    @Test
    void callbacksByNameNeedWorkers() throws TeeException {
        assertEquals("callback 'time'", context.callback("time").toString());
        fixture.presentWorkers.set(null);
        TeeException e = assertThrows(TeeException.class, () -> context.callback("time"));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
        assertEquals(TeeResult.UNAVAIL, e.result());
        assertTrue(
                e.getMessage().contains("no supplicant is running: deploy org.ermine.tee.supplicant"), e.getMessage());
    }

    @Test
    @DisplayName(
            "ERM-22, ERM-29: given memory that cannot be given back in order, when a bundle gives its device back, "
                    + "then all"
                    + " else of all its contexts is given back, and its objects are told")
    void anErrorInTheEndOfAContextKeepsNothingElseOpen() throws TeeException {
        DeviceHandle handle = new DeviceHandle(fixture.device, Fixture.OWNER, OwnerRights.ALL);
        AtomicInteger told = new AtomicInteger();
        List<TeeContext> contexts = List.of(handle.open(), handle.open(), handle.open());
        for (TeeContext each : contexts) {
            each.allocate(1);
            each.allocate(1);
            each.root().invoke(0, new Arguments().in(released(told::incrementAndGet)));
        }
        AtomicInteger releases = new AtomicInteger();
        fixture.memory.releasing = () -> {
            if (releases.getAndIncrement() == 0) {
                throw new InternalError("as when it cannot be counted");
            }
        };

        handle.close();

        assertTrue(contexts.stream().allMatch(TeeContext::isClosed));
        assertEquals(1, fixture.memory.regions.size(), "what the Error was for is lost, and nothing else");
        assertEquals(3, told.get());
    }

    @Test
    void aDeviceHandleClosesItsContextsWhenItIsGivenBack() throws TeeException {
        DeviceHandle handle = new DeviceHandle(fixture.device, Fixture.OWNER, OwnerRights.ALL);
        TeeContext first = handle.open();
        TeeContext second = handle.open();
        assertSame(handle, first.device());
        first.close();
        handle.close();
        assertTrue(second.isClosed());
        assertFalse(context.isClosed());
        assertErrno(Errno.ENODEV, handle::open);
    }

    @Test
    void tenThousandContextsOpenAndClose() throws TeeException {
        List<TeeContext> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(fixture.open());
        }
        assertEquals(10_001, fixture.device.describe().contexts.length);
        all.forEach(TeeContext::close);
        assertEquals(1, fixture.device.describe().contexts.length);
    }
}
