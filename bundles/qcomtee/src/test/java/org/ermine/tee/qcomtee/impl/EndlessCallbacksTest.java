// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.impl.SecureWorld.Mode;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A secure world that calls back and calls back, and never returns. */
@Timeout(60)
class EndlessCallbacksTest {

    private static final int OP = 7;
    private static final int PLAIN = 0x70;
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(100);

    private static final DeviceLimits QUICK_TO_CLOSE = new DeviceLimits(
            TimeUnit.SECONDS.toNanos(20), 10_000, 100, 1000, 100, SHORT, 3, SHORT, 64 << 10, 1000, 8 << 20, 100_000, 4);

    // Result 0; object 0x80000000; op 1; counts: none.
    private static final String YIELD = "00000000 00000080 01000000 00000000";
    // Result 0; object 0x80000000; op 2; counts: 1 input; input at 24, 4 bytes; then the bytes.
    private static final String SLEEP = "00000000 00000080 02000000 01000000 18000000 04000000 ffffffff";
    // Result 0; object 0x80000077; op RELEASE; counts: none.
    private static final String RELEASE_OF_UNKNOWN = "00000000 77000080 ffff0000 00000000";
    // Result 0; object 0x80000077; op 5; counts: none.
    private static final String CALL_OF_UNKNOWN = "00000000 77000080 05000000 00000000";
    // Result 0; object 0x80000000; op 1; counts 0xff000000.
    private static final String MALFORMED = "00000000 00000080 01000000 000000ff";
    // Result 0; object 0x80000077; op 5; counts: 1 input object; input object 0x41.
    private static final String WITH_OBJECT = "00000000 77000080 05000000 00010000 41000000 00000000";

    /** What ends an invocation. */
    private enum End {
        DEADLINE(Errno.ETIMEDOUT) {
            @Override
            void bringAbout(TestDevice device, TestDevice.Client client, Thread caller) {
                // The end comes by itself.
            }
        },
        INTERRUPT(Errno.ENODEV) {
            @Override
            void bringAbout(TestDevice device, TestDevice.Client client, Thread caller) {
                caller.interrupt();
            }
        },
        CLOSE(Errno.ENODEV) {
            @Override
            void bringAbout(TestDevice device, TestDevice.Client client, Thread caller) {
                client.context.closeContext();
            }
        },
        DEVICE(Errno.ENODEV) {
            @Override
            void bringAbout(TestDevice device, TestDevice.Client client, Thread caller) {
                device.tee.close();
            }
        };

        private final Errno errno;

        End(Errno errno) {
            this.errno = errno;
        }

        abstract void bringAbout(TestDevice device, TestDevice.Client client, Thread caller);
    }

    private static Stream<Arguments> worlds() {
        List<Arguments> worlds = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (End end : End.values()) {
                for (String callback :
                        new String[] {YIELD, SLEEP, RELEASE_OF_UNKNOWN, CALL_OF_UNKNOWN, MALFORMED, WITH_OBJECT}) {
                    worlds.add(Arguments.of(mode, end, callback));
                }
            }
        }
        // A device that ended releases no more: those that come with objects would be left.
        worlds.removeIf(world -> world.get()[1] == End.DEVICE && world.get()[2].equals(WITH_OBJECT));
        return worlds.stream();
    }

    /** Calls back for ever with this message; the permit tells that it has begun. */
    private static Semaphore callBackForEver(TestDevice device, String message) {
        Semaphore begun = new Semaphore(0);
        device.world.onForever(OP, stay -> {
            stay.callback(message);
            begun.release();
        });
        return begun;
    }

    private static Background<Errno> invokeInBackground(TestDevice.Client client, long callbackNanos) {
        return Background.start(() -> assertThrows(
                        TeeException.class,
                        () -> client.context.invoke(DriverContext.NULL, OP, Params.none(), callbackNanos))
                .errno()
                .orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    @DisplayName("ERM-25: given a secure world that calls back for ever, when the invocation should end, then it does")
    void endsInBoundedTime(Mode mode, End end, String message) throws Exception {
        TestDevice device = new TestDevice(mode, QUICK_TO_CLOSE);
        TestDevice.Client client = device.open();
        Semaphore begun = callBackForEver(device, message);
        Background<Errno> invocation = invokeInBackground(client, end == End.DEADLINE ? SHORT : Long.MAX_VALUE);
        assertTrue(begun.tryAcquire(2, 10, TimeUnit.SECONDS));
        end.bringAbout(device, client, invocation.thread);
        assertEquals(end.errno, invocation.get());
        assertEquals(mode == Mode.RETURNING ? 1 : 0, device.tee.abandonedCalls());
        device.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("ERM-25: given a call that waits for another context's object, when its own is closed, then it ends")
    void closedWhileAnotherContextIsCalled(Mode mode) throws Exception {
        TestDevice device = new TestDevice(mode);
        TestDevice.Client host = device.open();
        TestDevice.Client client = device.open();
        int name = host.export(7);
        device.world.onForever(OP, stay -> stay.callback(name, 3));
        Background<Errno> invocation = invokeInBackground(client, Long.MAX_VALUE);
        host.awaitQueued();
        client.context.closeContext();
        assertEquals(Errno.ENODEV, invocation.get());
        device.releaseExports();
        device.close();
    }

    @Test
    @DisplayName("ERM-25: given a call that was left, when others are made, then none gets its buffers")
    void buffersAreNeverUsedAgain() throws Exception {
        TestDevice device = new TestDevice(Mode.RETURNING);
        TestDevice.Client client = device.open();
        Set<Long> left = ConcurrentHashMap.newKeySet();
        device.world.onForever(OP, stay -> {
            left.addAll(stay.addresses());
            stay.callback(YIELD);
        });
        Set<Long> used = ConcurrentHashMap.newKeySet();
        device.world.on(PLAIN, stay -> used.addAll(stay.addresses()));
        assertThrows(TeeException.class, () -> client.context.invoke(DriverContext.NULL, OP, Params.none(), 1));
        for (int i = 0; i < 100; i++) {
            assertEquals(0, client.invoke(PLAIN, Params.none()));
        }
        assertEquals(2, left.size());
        used.retainAll(left);
        assertEquals(Set.of(), used);
        for (long address : left) {
            assertDoesNotThrow(() -> device.memory.resolve(address, 1), "still there, for QTEE to write to");
        }
        device.close();
    }

    @Test
    @DisplayName("ERM-25, TRAP-15: given a callback that is not served any more, then what came with it is let go")
    void objectsOfTheLastCallback() throws Exception {
        TestDevice device = new TestDevice(Mode.RETURNING);
        TestDevice.Client client = device.open();
        int[] sent = new int[1];
        device.world.onForever(OP, stay -> {
            stay.callback(WITH_OBJECT);
            sent[0]++;
        });
        assertThrows(TeeException.class, () -> client.context.invoke(DriverContext.NULL, OP, Params.none(), 1));
        for (int i = 0; i < sent[0]; i++) {
            assertEquals(0x41, device.world.nextRelease());
        }
        device.close();
    }

    @Test
    @DisplayName(
            "ERM-25, ERM-23: given calls left until one owner's share is used up, then that owner alone is refused")
    void shareOfAbandonedMemory() throws Exception {
        TestDevice device = new TestDevice(Mode.RETURNING);
        TestDevice.Client greedy = device.open();
        TestDevice.Client neighbour = device.open();
        device.world.onForever(OP, stay -> stay.callback(YIELD));
        device.world.on(PLAIN, stay -> {});
        int left = 0;
        TeeException refusal = null;
        while (refusal == null) {
            TeeException e = assertThrows(
                    TeeException.class, () -> greedy.context.invoke(DriverContext.NULL, OP, Params.none(), 1));
            if (e.errno().orElseThrow() == Errno.EBUSY) {
                refusal = e;
            } else {
                left++;
            }
        }
        assertEquals(left, device.tee.abandonedCalls());
        assertEquals((64 << 10) / (2 * Wire.OUTBOUND), left);
        String message = refusal.getMessage();
        assertTrue(
                message.contains("client 0") && message.contains("65536") && message.contains("abandonedKiB"), message);
        assertEquals(0, neighbour.invoke(PLAIN, Params.none()));
        greedy.close();
        TestDevice.Client again = device.openFor("client 0");
        assertEquals(
                Errno.EBUSY,
                assertThrows(TeeException.class, () -> again.invoke(PLAIN, Params.none()))
                        .errno()
                        .orElseThrow());
        device.close();
    }

    @Test
    @DisplayName("ERM-25: given a secure world that ends within the grace, then its result counts and nothing is left")
    void withinTheGrace() throws Exception {
        TestDevice device = new TestDevice(Mode.RETURNING);
        TestDevice.Client client = device.open();
        device.world.on(OP, stay -> stay.callback(YIELD), stay -> stay.callback(YIELD), stay -> stay.finish(11));
        Thread.currentThread().interrupt();
        assertEquals(11, client.invoke(OP, Params.none()));
        assertTrue(Thread.interrupted());
        assertEquals(0, device.tee.abandonedCalls());
        device.close();
    }

    @Test
    @DisplayName("ERM-25: given an object whose release calls back for ever, then the device releases others and ends")
    void endlessRelease() throws Exception {
        TestDevice device = new TestDevice(Mode.NESTED, TestDevice.limits(SHORT));
        TestDevice.Client client = device.open();
        device.world.onReleaseForever(0x66, YIELD);
        client.newObject(0x66);
        client.newObject(0x10);
        client.close();
        assertEquals(0x10, device.world.nextRelease());
        device.close();
    }

    @Test
    @DisplayName("ERM-25: given memory that the peer of a left call mapped, then it stays until the device ends")
    void memoryThatWasHandedOver() throws Exception {
        TestDevice device = new TestDevice(Mode.RETURNING);
        TestDevice.Client client = device.open();
        MemoryRegion region = device.memory.allocate(1);
        long id = client.host.add(region);
        device.world.onForever(OP, stay -> stay.callback(YIELD));
        assertThrows(
                TeeException.class,
                () -> client.context.invoke(
                        DriverContext.NULL, OP, new Params().memory(id).build(), 1));
        client.host.free(id);
        assertTrue(region.retain(), "QTEE may still write to it");
        region.release();
        device.releaseExports();
        device.close();
    }
}
