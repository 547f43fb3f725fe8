// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.qcomtee.call.PrimordialObject;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.export.UserObject;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class ObjectsTest {

    private static final int OP = 0x2a;

    private TestDevice device;
    private TestDevice.Client client;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice();
        client = device.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        client.drain();
        device.close();
    }

    private static void assertErrno(Errno expected, Executable action) {
        assertEquals(expected, assertThrows(TeeException.class, action).errno().orElseThrow());
    }

    private void release(long id) throws TeeException {
        assertEquals(0, client.invoke(id, Wire.OP_RELEASE, Params.none()));
    }

    @Test
    @DisplayName(
            "OBJ-1, OBJ-6, ERM-2: ids are the lowest free ones, and a stale one names nothing when its place is used"
                    + " again")
    void ids() throws Exception {
        assertEquals(0, client.newObject(0x10));
        assertEquals(1, client.newObject(0x11));
        assertEquals(2, client.newObject(0x12));
        release(1);
        long again = client.newObject(0x13);
        assertEquals(1, (int) again);
        assertNotEquals(1, again);
        assertErrno(Errno.EINVAL, () -> client.invoke(1, OP, Params.none()));
        release(1);
        device.world.on(OP, stay -> stay.finish(stay.target()));
        assertEquals(0x13, client.invoke(again, OP, Params.none()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -2, 1L << 32, 1L << 63, 0xffffffffL, 0x80000000L, Long.MAX_VALUE})
    @DisplayName("OBJ-2, INV-4, TRAP-27: an unknown id is EINVAL, as target and as argument; its release is silent")
    void unknownIds(long id) throws Exception {
        assertEquals(0, client.newObject(0x10));
        assertErrno(Errno.EINVAL, () -> client.invoke(id, OP, Params.none()));
        assertErrno(Errno.EINVAL, () -> client.invoke(OP, new Params().tee(id).build()));
        release(id);
        device.releaseAll();
        assertEquals(List.of(), device.world.otherReleases());
    }

    @Test
    @DisplayName("OBJ-3, OBJ-12: RELEASE drops the id at once and QTEE is told by another thread, once")
    void release() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        device.world.onRelease = stay -> Background.pass(goOn);
        long id = client.newObject(0x10);
        release(id);
        release(id);
        assertErrno(Errno.EINVAL, () -> client.invoke(id, OP, Params.none()));
        assertEquals(1, device.tee.pendingReleases());
        goOn.countDown();
        assertEquals(0x10, device.world.nextRelease());
        device.releaseAll();
        assertEquals(0, device.tee.pendingReleases());
        assertEquals(List.of(), device.world.otherReleases());
    }

    @Test
    @DisplayName(
            "ERM-29: given an answer that is refused, and taking its objects back breaks off, then all are given back,"
                    + " and the next invocation gets its own")
    void takingBackThatBreaksOff() throws Exception {
        TestDevice.Client other = device.open();
        int foreign = other.export(5);
        device.world.on(OP, stay -> {
            stay.argument(0, 0, 0x41);
            stay.argument(1, 0, 0x42);
            stay.argument(2, 0, foreign);
        });
        TeeParams answer = new Params().objectOut().objectOut().objectOut().build();
        BrokenSlot broken = new BrokenSlot(device, client);
        assertThrows(NullPointerException.class, () -> client.invoke(OP, answer));
        broken.mend();

        assertEquals(0, client.context.objects().table().size());
        long own = other.newObject(0x43);
        device.world.on(OP, stay -> stay.finish(stay.target()));
        assertEquals(0x43, other.invoke(own, OP, Params.none()));
        broken.close();
        device.releaseAll();
        other.close();
    }

    @Test
    @DisplayName(
            "OBJ-4, INV-7: an object released in the course of an invocation is given back after it, as target and as"
                    + " input")
    void releaseWhileInvoked() throws Exception {
        long target = client.newObject(0x10);
        long input = client.newObject(0x11);
        device.world.on(OP, stay -> {
            release(target);
            release(input);
            drop(0x99);
            assertEquals(0x99, nextRelease());
            assertEquals(List.of(), device.world.otherReleases());
        });
        assertEquals(0, client.invoke(target, OP, new Params().tee(input).build()));
        assertEquals(0x21, nextRelease() + nextRelease());
    }

    @Test
    @DisplayName(
            "OBJ-4: given invocations of an object within each other, more than a thread has slots, when the innermost"
                    + " releases the object, then it is given back once, after the outermost")
    void releaseFromDeepWithin() throws Exception {
        int depth = 3 * HazardSlots.count() / Long.SIZE;
        long target = client.newObject(0x10);
        AtomicInteger inside = new AtomicInteger();
        device.world.onForever(OP, stay -> {
            if (inside.incrementAndGet() < depth) {
                assertEquals(0, client.invoke(target, OP, Params.none()));
            } else {
                release(target);
                assertErrno(Errno.EINVAL, () -> client.invoke(target, OP, Params.none()));
            }
            requireNoRelease();
        });

        assertEquals(0, client.invoke(target, OP, Params.none()));

        assertEquals(depth, inside.get());
        assertEquals(0x10, nextRelease());
        requireNoRelease();
    }

    private void drop(int name) {
        SecureObjects objects = device.tee.transport().secureObjects();
        objects.release(objects.take(name, false));
    }

    /** What was released before it has come by then. */
    private void requireNoRelease() {
        drop(0x99);
        assertEquals(0x99, nextRelease());
        assertEquals(List.of(), device.world.otherReleases());
    }

    @Test
    @DisplayName(
            "OBJ-4, CTX-4: given a context that is closed in the course of an invocation, then only its target waits"
                    + " for that")
    void closeWhileInvoked() throws Exception {
        TestDevice.Client closed = device.open();
        closed.newObject(0x10);
        long target = closed.newObject(0x11);
        closed.newObject(0x12);
        device.world.on(OP, stay -> {
            closed.close();
            assertEquals(0x22, nextRelease() + nextRelease());
            requireNoRelease();
        });

        closed.invoke(target, OP, Params.none());

        assertEquals(0x11, nextRelease());
        requireNoRelease();
    }

    @Test
    @DisplayName(
            "OBJ-4, OBJ-6: given an object that gets the place of one that is being invoked, when both are released"
                    + " meanwhile, then each is given back once")
    void releaseOfSuccessor() throws Exception {
        long target = client.newObject(0x10);
        device.world.on(OP, stay -> {
            release(target);
            long successor = client.newObject(0x11);
            assertEquals((int) target, (int) successor);
            assertNotEquals(target, successor);
            release(successor);
        });

        assertEquals(0, client.invoke(target, OP, Params.none()));

        assertEquals(0x21, nextRelease() + nextRelease());
        requireNoRelease();
    }

    private int nextRelease() {
        try {
            return device.world.nextRelease();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("OBJ-5: the same object returned twice has two ids and two releases")
    void twice() throws Exception {
        long first = client.newObject(0x10);
        long second = client.newObject(0x10);
        assertNotEquals(first, second);
        release(first);
        assertEquals(0x10, device.world.nextRelease());
        device.world.on(OP, stay -> {});
        assertEquals(0, client.invoke(second, OP, Params.none()));
        release(second);
        assertEquals(0x10, device.world.nextRelease());
    }

    @Test
    @DisplayName(
            "OBJ-7: flags are looked at in the order USER, TEE, MEM; none is EINVAL; NULL is NULL whatever the flags")
    void flags() throws Exception {
        client.newObject(0x10);
        int[] name = new int[1];
        device.world.on(OP, stay -> name[0] = stay.argument(0, 0));
        client.invoke(OP, new Params().object(0, 7).build());
        assertEquals(TestDevice.FIRST_EXPORT, name[0]);
        client.invoke(OP, new Params().object(0, 5).build());
        assertEquals(0x10, name[0]);
        for (int flags : new int[] {0, 8, Integer.MIN_VALUE}) {
            assertErrno(
                    Errno.EINVAL,
                    () -> client.invoke(OP, new Params().object(0, flags).build()));
        }
        for (int flags = 0; flags < 16; flags++) {
            client.invoke(OP, new Params().object(DriverContext.NULL, flags).build());
            assertEquals(0, name[0]);
        }
    }

    @Test
    @DisplayName("OBJ-8, OBJ-9, CBO-1: each hand-over of a callback object takes a new id, cyclically from 0x80000001")
    void exports() throws Exception {
        assertEquals(0x80000001, client.export(7));
        assertEquals(0x80000002, client.export(7));
        assertEquals(3, client.host.references());
        device.tee.transport().exports().release(0x80000001);
        assertEquals(0x80000003, client.export(7));
    }

    @Test
    @DisplayName("OBJ-8: after 0xffffffff comes 0x80000001 again, as far as it is free")
    void wrap() throws Exception {
        ExportTable table = new ExportTable(4, new OwnerShares("objects", 4, "none"));
        Field next = ExportTable.class.getDeclaredField("next");
        next.setAccessible(true);
        next.set(table, 0xfffffffe);
        ExportedObject object = new UserObject(client.context.objects(), 1);
        assertEquals(0xfffffffe, table.export(object));
        assertEquals(0xffffffff, table.export(object));
        assertEquals(0x80000001, table.export(object));
        next.set(table, 0xffffffff);
        assertEquals(0x80000002, table.export(object));
        ((UserObject) object).endUnannounced();
        object.release();
    }

    @Test
    @DisplayName(
            "OBJ-9, CBO-5, TRAP-7: where there is no id left, those taken for the message are given back, and nobody is"
                    + " told")
    void noIdLeft() throws Exception {
        nothingIsLeft();
        DeviceLimits few = new DeviceLimits(
                TimeUnit.SECONDS.toNanos(20),
                10_000,
                100,
                3,
                100,
                TimeUnit.SECONDS.toNanos(2),
                3,
                0,
                1 << 20,
                1000,
                8 << 20,
                100_000,
                4);
        device = new TestDevice(SecureWorld.Mode.NESTED, few);
        client = device.open();
        client.export(1);
        assertErrno(
                Errno.ENOSPC,
                () -> client.invoke(OP, new Params().user(2).user(3).user(4).build()));
        assertEquals(2, client.host.references());
        assertNull(client.poll());
        client.export(2);
        client.export(3);
        assertEquals(3, device.releaseExports());
    }

    @Test
    @DisplayName("OBJ-10, OBJ-11: ids outside the table have no effect")
    void foreignIds() throws Exception {
        client.export(7);
        ExportTable exports = device.tee.transport().exports();
        for (int id : new int[] {0, 1, 2, 0x7fffffff, 0x80000000, 0x80000002, -1}) {
            assertFalse(exports.release(id));
            assertFalse(exports.retain(id));
            assertNull(exports.acquire(id));
            assertNull(exports.remove(id));
        }
        assertEquals(1, device.releaseExports());
    }

    @Test
    @DisplayName(
            "CBO-2, CBO-5, INV-8, TRAP-8: a message that does not reach QTEE leaves nothing behind, and nobody is told")
    void notReached() throws Exception {
        client.newObject(0x10);
        device.world.on(OP, stay -> {
            throw new TeeException(Errno.EBUSY, "not reached");
        });
        TeeParams params = new Params().user(7).tee(0).user(8).build();
        assertErrno(Errno.EBUSY, () -> client.invoke(OP, params));
        assertFalse(params.isHandedOver());
        assertNull(client.poll());
        assertEquals(1, client.host.references());
        assertEquals(0, device.releaseExports());
    }

    @Test
    @DisplayName("CBO-5, TRAP-8: neither does a message with a later parameter that is bad")
    void badParameterBehind() throws Exception {
        TeeParams params = new Params().user(7).user(8).tee(1234).build();
        assertErrno(Errno.EINVAL, () -> client.invoke(OP, params));
        assertFalse(params.isHandedOver());
        assertNull(client.poll());
        assertEquals(1, client.host.references());
        assertEquals(0, device.releaseExports());
    }

    @Test
    @DisplayName("INV-8, TRAP-29: once QTEE has taken the objects they are its own, and a loss is ENODEV")
    void lostOnTheWay() throws Exception {
        device.world.on(OP, stay -> stay.callback(0x80000000, PrimordialObject.OP_YIELD), stay -> {
            throw new TeeException(Errno.EBUSY, "lost");
        });
        TeeParams params = new Params().user(7).build();
        assertErrno(Errno.ENODEV, () -> client.invoke(OP, params));
        assertTrue(params.isHandedOver());
        assertEquals(2, client.host.references());
        assertEquals(1, device.releaseExports());
        assertEquals(7, client.receive().object());
    }

    @Test
    @DisplayName("INV-8: an exception of the channel gets to the client, and QTEE may hold the objects")
    void brokenChannel() throws Exception {
        device.world.on(OP, stay -> {
            throw new IllegalStateException("broken");
        });
        TeeParams params = new Params().user(7).build();
        assertThrows(IllegalStateException.class, () -> client.invoke(OP, params));
        assertTrue(params.isHandedOver());
        assertEquals(1, device.releaseExports());
    }

    @Test
    @DisplayName("CBO-4, CBO-6: the end of an object is announced once for each hand-over, also one that failed with a"
            + " result")
    void releaseNotifications() throws Exception {
        device.world.on(OP, stay -> stay.finish(12));
        assertEquals(12, client.invoke(OP, new Params().user(7).user(7).build()));
        assertEquals(3, client.host.references());
        assertEquals(2, device.releaseExports());
        assertEquals(1, client.host.references());
        assertEquals(2, client.drain());
    }

    @Test
    @DisplayName("MSG-5, INV-6: a channel that returns without a result gives no old one away")
    void noResponse() throws Exception {
        boolean[] silent = new boolean[1];
        QcomTee tee = new QcomTee(
                "silent",
                new SecureChannel() {
                    @Override
                    public void invoke(SecureCall call) {
                        if (!silent[0]) {
                            call.respond(0, 0);
                        }
                    }

                    @Override
                    public void callbackResponse(SecureCall call) {
                        throw new AssertionError("there was no callback");
                    }
                },
                device.memory,
                TestDevice.limits(1));
        TestHost host = new TestHost("owner");
        host.context = tee.open(host);
        assertEquals(0, host.context.invoke(DriverContext.NULL, OP, Params.none(), 1));
        silent[0] = true;
        assertEquals(-96, host.context.invoke(DriverContext.NULL, OP, Params.none(), 1));
        host.context.closeContext();
        host.release();
        tee.close();
    }

    @Test
    @DisplayName("MEM-1, MEM-2, CTX-3: memory is found in its own context only, and referenced until QTEE lets it go")
    void memory() throws Exception {
        TestDevice.Client other = device.open();
        long id = client.host.add(device.memory.allocate(4096));
        long foreign = other.host.add(device.memory.allocate(4096));
        device.world.on(OP, stay -> {});
        for (long bad : new long[] {foreign, 0, id + (1L << 32)}) {
            assertErrno(
                    Errno.EINVAL,
                    () -> client.invoke(OP, new Params().memory(bad).build()));
        }
        assertEquals(0, client.invoke(OP, new Params().memory(id).build()));
        assertEquals(2, client.host.references());
        client.host.free(id);
        assertEquals(2, device.memory.statistics().regions);
        device.world.on(
                OP, stay -> stay.callback(TestDevice.FIRST_EXPORT, 0), stay -> stay.finish(stay.callbackResult()));
        assertEquals(-96, client.invoke(OP, Params.none()), "an operation on memory");
        assertEquals(1, device.releaseExports());
        assertEquals(1, device.memory.statistics().regions);
        assertEquals(1, client.host.references());
        assertNull(client.poll(), "memory was announced");
        other.host.free(foreign);
    }

    @Test
    @DisplayName("MEM-1, CBO-7: memory that QTEE returns is the client's own region again")
    void memoryReturned() throws Exception {
        long id = client.host.add(device.memory.allocate(4096));
        int[] name = new int[1];
        device.world.on(OP, stay -> {
            name[0] = stay.argument(0, 0);
            stay.argument(1, 0, name[0]);
        });
        TeeParams params = new Params().memory(id).objectOut().build();
        assertEquals(0, client.invoke(OP, params));
        assertEquals(id, params.get(1).objectId());
        assertEquals(TeeParam.FLAG_MEM, params.get(1).objectFlags());
        device.world.on(OP, stay -> stay.argument(0, 0, name[0]));
        assertEquals(-96, device.open().invoke(OP, new Params().objectOut().build()), "to another context");
        assertEquals(1, device.releaseExports());
        client.host.free(id);
        assertEquals(1, device.memory.statistics().regions, "its parameter keeps the memory");
        params.clear();
        assertEquals(0, device.memory.statistics().regions);
    }

    @Test
    @DisplayName("OBJ-5: given invocations that have no slot, then the handles that they took ahead are given back")
    void invocationsWithoutASlot() throws Exception {
        int depth = 2 * HazardSlots.count() / Long.SIZE;
        AtomicInteger inside = new AtomicInteger();
        device.world.onForever(OP, stay -> {
            if (inside.incrementAndGet() < depth) {
                assertEquals(0, client.invoke(OP, Params.none()));
            }
        });
        assertEquals(0, client.invoke(OP, Params.none()));
        int made = made(device.tee.transport().secureObjects());
        for (int i = 0; i < 10; i++) {
            inside.set(0);
            assertEquals(0, client.invoke(OP, Params.none()));
        }
        assertEquals(made, made(device.tee.transport().secureObjects()));
    }

    private static int made(SecureObjects objects) throws ReflectiveOperationException {
        Field made = SecureObjects.class.getDeclaredField("made");
        made.setAccessible(true);
        return made.getInt(objects);
    }
}
