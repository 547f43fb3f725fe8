// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.teeobject.ObjectUses;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DeviceTest {

    private static final int OP = 0x2a;
    private static final int REGISTER = 5;

    private final TestDevice device = new TestDevice();

    private static void assertErrno(Errno expected, Executable action) {
        assertEquals(expected, assertThrows(TeeException.class, action).errno().orElseThrow());
    }

    private static ContextDTO describe(TestDevice.Client client) {
        ContextDTO dto = new ContextDTO();
        client.context.describe(dto);
        return dto;
    }

    @Test
    @DisplayName("CTX-2, CTX-9: contexts begin empty, and equal ids name different objects in each")
    void contexts() throws Exception {
        TestDevice.Client one = device.open();
        TestDevice.Client two = device.open();
        ContextDTO empty = describe(one);
        assertEquals(0, empty.teeObjects + empty.callbackObjects + empty.requests.length);
        assertEquals(one.newObject(0x11), two.newObject(0x12));
        device.world.on(OP, stay -> stay.finish(stay.target()));
        assertEquals(0x11, one.invoke(0, OP, Params.none()));
        assertEquals(0x12, two.invoke(0, OP, Params.none()));
        one.export(7);
        assertEquals(1, describe(one).teeObjects);
        assertEquals(1, describe(one).callbackObjects);
        assertEquals(0, describe(two).callbackObjects);
        device.releaseExports();
        assertEquals(1, describe(one).callbackObjects, "its release waits");
        one.drain();
        assertEquals(0, describe(one).callbackObjects);
        device.close();
    }

    @Test
    @DisplayName("CTX-5, ERM-12: close gives all TEE objects back, in the order of their ids, and refuses everything")
    void close() throws Exception {
        TestDevice.Client client = device.open();
        for (int name = 0x10; name < 0x20; name++) {
            client.newObject(name);
        }
        client.close();
        for (int name = 0x10; name < 0x20; name++) {
            assertEquals(name, device.world.nextRelease());
        }
        assertErrno(Errno.ENODEV, () -> client.invoke(OP, Params.none()));
        assertErrno(Errno.ENODEV, () -> client.invoke(0, OP, Params.none()));
        assertEquals(0, client.invoke(0, Wire.OP_RELEASE, Params.none()));
        device.close();
        assertEquals(List.of(), device.world.otherReleases());
    }

    @Test
    @DisplayName(
            "CTX-5, ERM-12: an object that comes back when the context is closed is given back, and the invocation is"
                    + " ENODEV")
    void closeWhileInvoked() throws Exception {
        TestDevice.Client client = device.open();
        device.world.on(OP, stay -> {
            stay.argument(1, 0, 0x41);
            client.close();
        });
        TeeParams params = new Params().objectOut().user(7).build();
        assertErrno(Errno.ENODEV, () -> client.invoke(OP, params));
        assertTrue(params.isHandedOver());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(1, device.releaseExports());
        device.close();
    }

    @Test
    @DisplayName("CTX-10: a device that closes opens no context, and waits for those that QTEE still refers to")
    void unregister() throws Exception {
        TestDevice.Client client = device.open();
        client.export(7);
        client.newObject(0x10);
        client.close();
        Background<Void> closing = Background.start(() -> {
            device.tee.close();
            return null;
        });
        Awaitility.await().until(() -> closing.thread.getState() == Thread.State.TIMED_WAITING);
        assertErrno(Errno.EINVAL, device::open);
        assertFalse(closing.isDone());
        assertEquals(1, client.host.references());
        assertTrue(device.tee.transport().exports().release(TestDevice.FIRST_EXPORT));
        closing.get();
        assertEquals(0, client.host.references());
        assertEquals(0x10, device.world.nextRelease());
        device.close();
    }

    @Test
    @DisplayName(
            "MSG-2, CTX-10: given a slot that is used when the device looks for kept buffers, then these are given back"
                    + " at the end of that use")
    void keptBuffersInUse() throws Exception {
        TestDevice.Client client = device.open();
        device.world.onForever(OP, stay -> {});
        assertEquals(0, client.invoke(OP, Params.none()));
        ObjectUses uses = device.tee.transport().uses();
        long key = HazardSlots.key(client.context.caller().number(), 0);
        int slot = uses.begin(key);
        long kept = device.memory.statistics().buffersInUse;

        device.tee.invocations().close();
        assertEquals(kept, device.memory.statistics().buffersInUse);
        uses.end(slot, key);

        assertEquals(kept - 1, device.memory.statistics().buffersInUse);
        assertEquals(0, client.invoke(OP, Params.none()), "the next one gets others");
        client.close();
        device.close();
    }

    @Test
    @DisplayName(
            "MSG-2, CTX-10: given a device that is over, when there is no memory for a message of its own buffer, then"
                    + " the other buffer is not kept")
    void nothingKeptAfterTheEnd() throws Exception {
        TestDevice.Client client = device.open();
        device.tee.end();
        device.tee.invocations().close();
        // Less than what the pool must have before it keeps a buffer.
        device.memory.configure(new MemoryLimits(6 * Wire.OUTBOUND, 0));

        assertErrno(
                Errno.ENOMEM,
                () -> client.invoke(
                        OP, new Params().in(new byte[8 * Wire.OUTBOUND]).build()));

        assertEquals(0, device.memory.statistics().committed);
        client.close();
        device.close();
    }

    @Test
    @DisplayName(
            "OBJ-4, INV-7: given slots of somebody else, as where a driver in front does not pass those of this one on,"
                    + " then a context has no number there")
    void slotsOfSomebodyElse() throws Exception {
        TestDevice.Client client = device.open();

        assertEquals(client.context.caller().number(), client.context.number(device.tee.slots()));
        assertEquals(0, client.context.number(new HazardSlots()));
        client.close();
        device.close();
    }

    @Test
    @DisplayName("CTX-10, ERM-4: past its limit it cuts off what is left, and leaves no thread")
    void cutOff() throws Exception {
        TestDevice quick = new TestDevice(
                SecureWorld.Mode.NESTED,
                new DeviceLimits(
                        TimeUnit.SECONDS.toNanos(1),
                        10_000,
                        1,
                        100,
                        100,
                        TimeUnit.MILLISECONDS.toNanos(30),
                        1,
                        0,
                        1 << 20,
                        1000,
                        8 << 20,
                        100_000,
                        4));
        TestDevice.Client client = quick.open();
        client.export(7);
        client.close();
        quick.tee.close();
        assertEquals(0, client.host.references(), "what QTEE held");
        assertTrue(quick.tee.releases().awaitStopped(1));
        quick.close();
    }

    @Test
    @DisplayName("CTX-10: it waits until QTEE was told of the releases, not longer than its limit")
    void releasesBeforeTheEnd() throws Exception {
        TestDevice.Client client = device.open();
        CountDownLatch goOn = new CountDownLatch(1);
        device.world.onRelease = stay -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        client.newObject(0x10);
        client.close();
        Background<Void> closing = Background.start(() -> {
            device.tee.close();
            return null;
        });
        Awaitility.await().until(() -> closing.thread.getState() == Thread.State.TIMED_WAITING);
        goOn.countDown();
        closing.get();
        assertEquals(List.of(0x10), device.world.otherReleases());
        assertEquals(0, device.tee.pendingReleases());
        device.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 9})
    @DisplayName("INV-5: operations of the root object that are the kernel's alone are refused, of other objects not")
    void kernelOperations(int op) throws Exception {
        TestDevice.Client client = device.open();
        client.newObject(0x10);
        device.world.on(op, stay -> {});
        assertErrno(Errno.EINVAL, () -> client.invoke(op, Params.none()));
        assertEquals(0, client.invoke(0, op, Params.none()));
        device.close();
    }

    @Test
    @DisplayName("INV-5, ERM-13, TRAP-9: registering without credentials is refused in whatever form it comes")
    void registerWithoutCredentials() throws Exception {
        TestDevice.Client client = device.open();
        device.world.on(REGISTER, stay -> {});
        for (TeeParams params : new TeeParams[] {
            new Params().nullObject().objectOut().build(),
            new Params().objectOut().nullObject().build(),
            new Params().objectOut().build(),
            Params.none(),
            new Params().nullObject().build(),
            new Params().in("01").nullObject().out(4).objectOut().objectOut().build(),
            new Params().user(7).nullObject().objectOut().build(),
            new Params().nullObject().user(7).objectOut().build(),
            new Params().object(-1, 2).objectOut().build()
        }) {
            assertErrno(Errno.EINVAL, () -> client.invoke(REGISTER, params));
            assertEquals(1, client.host.references(), "nothing is handed over");
        }
        assertEquals(0, client.invoke(REGISTER, new Params().objectOut().user(7).build()));
        device.releaseExports();
        device.close();
    }

    @Test
    @DisplayName("CTX-12: the version is that of QTEE, with objects; its release is asked for without credentials")
    void version() throws Exception {
        device.world.on(REGISTER, stay -> {
            assertEquals(
                    // object 0x1; op 5; counts: 1 input object, 1 output object; input object NULL; output object:
                    // room; padding
                    Hex.of("01000000 05000000 00110000 00000000 00000000 00000000 00000000 00000000"),
                    Hex.of(stay.inbound(), stay.inbound().capacity()));
            stay.argument(1, 0, 0x61);
        });
        device.world.on(0, stay -> {
            int argument = stay.inbound().getInt(stay.argument(0, 0));
            if (stay.target() == 0x61) {
                assertEquals(2033, argument);
                stay.argument(1, 0, 0x62);
            } else {
                assertEquals(10, argument);
                stay.inbound().putInt(stay.argument(1, 0), 0xc0300000 | 5 << 22 | 2 << 12 | 345);
            }
        });
        QcomTee tee = new QcomTee("other", device.world, device.memory, TestDevice.limits(1));
        assertEquals("", tee.version().release());
        tee.start();
        assertEquals(TeeVersion.QTEE, tee.version().implementation());
        assertEquals(TeeVersion.OBJECTS, tee.version().capabilities());
        assertEquals("5.2.345", tee.version().release());
        assertEquals(0x62, device.world.nextRelease());
        assertEquals(0x61, device.world.nextRelease());
        tee.close();
        assertEquals("", device.tee.version().release(), "of a QTEE that does not tell");
        device.close();
    }

    @Test
    @DisplayName("MSG-2: message buffers are given back on every path, also when there is no memory for them")
    void memory() throws Exception {
        TestDevice.Client client = device.open();
        device.world.on(OP, stay -> {});
        client.invoke(OP, Params.none());
        long pooled = device.memory.statistics().buffersInUse;
        device.memory.configure(new MemoryLimits(1 << 20, 0));
        TeeParams large = new Params().user(7).out(3 << 20).build();
        assertErrno(Errno.ENOMEM, () -> client.invoke(OP, large));
        assertEquals(1, client.host.references());
        assertFalse(large.isHandedOver());
        assertEquals(pooled, device.memory.statistics().buffersInUse);
        client.invoke(OP, Params.none());
        assertEquals(pooled, device.memory.statistics().buffersInUse);
        device.close();
    }

    @Test
    @DisplayName(
            "MSG-2: the buffers that an invocation keeps serve others where memory is short, and its next message gets"
                    + " new ones")
    void memoryIsShort() throws Exception {
        TestDevice.Client client = device.open();
        device.world.on(OP, stay -> {});
        device.memory.configure(new MemoryLimits(1 << 20, 0));
        client.invoke(OP, Params.none());
        assertEquals(0, device.memory.statistics().buffersInUse);
        List<MemoryRegion> others = new ArrayList<>();
        assertErrno(Errno.ENOMEM, () -> {
            while (true) {
                others.add(device.memory.acquire(Wire.OUTBOUND));
            }
        });
        assertEquals((1 << 20) / Wire.OUTBOUND, others.size());
        assertErrno(Errno.ENOMEM, () -> client.invoke(OP, Params.none()));
        assertEquals(others.size(), device.memory.statistics().buffersInUse);
        others.forEach(MemoryRegion::release);
        client.invoke(OP, Params.none());
        assertEquals(0, device.memory.statistics().buffersInUse);
        device.close();
    }

    @Test
    @DisplayName("MSG-2: given a message with a buffer of its own for which there is no memory, then nothing is in use")
    void memoryForLargeMessage() throws Exception {
        TestDevice.Client client = device.open();
        device.world.on(OP, stay -> {});
        device.memory.configure(new MemoryLimits(64 << 10, 0));
        TeeParams large = new Params().in(new byte[64 << 10]).build();
        assertErrno(Errno.ENOMEM, () -> client.invoke(OP, large));
        assertEquals(0, device.memory.statistics().buffersInUse);
        device.memory.configure(new MemoryLimits(1 << 20, 0));
        client.invoke(OP, large);
        assertEquals(0, device.memory.statistics().buffersInUse);
        device.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 16, 4088})
    @DisplayName(
            "MSG-2: the outbound buffer is handed over zeroed, whatever QTEE left there and the channel tells of it")
    void outboundIsZero(int told) throws Exception {
        TestDevice.Client client = device.open();
        List<Integer> dirty = new ArrayList<>();
        device.world.on(OP, stay -> {
            for (int i = 0; i < Wire.OUTBOUND; i++) {
                if (stay.outbound().get(i) != 0) {
                    dirty.add(i);
                }
            }
            for (int i = 0; i < (told < 0 ? Wire.OUTBOUND : told); i++) {
                stay.outbound().put(i, (byte) 0x5a);
            }
            if (told >= 0) {
                stay.tellOutboundUsed(told);
            }
        });
        for (int i = 0; i < 4; i++) {
            client.invoke(OP, Params.none());
        }
        assertEquals(List.of(), dirty);
        device.close();
    }
}
