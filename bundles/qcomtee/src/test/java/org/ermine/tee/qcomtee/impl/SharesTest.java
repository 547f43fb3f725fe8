// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.impl.SecureWorld.Mode;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two bundles at one device, of which one takes all that it can. */
@Timeout(60)
class SharesTest {

    private static final int OP = 0x70;
    private static final int SHARE = 50;
    private static final int NOTIFICATIONS = 60;
    private static final int LARGE = 3 << 20;

    private TestDevice device;
    private TestDevice.Client greedy;
    private TestDevice.Client neighbour;

    @BeforeEach
    void open() throws TeeException {
        device = device(SHARE);
        greedy = device.openFor("greedy 1.0.0 [7]");
        neighbour = device.openFor("neighbour 1.0.0 [8]");
    }

    private static TestDevice device(int ownerObjects) throws TeeException {
        return new TestDevice(
                Mode.NESTED,
                new DeviceLimits(
                        TimeUnit.SECONDS.toNanos(20),
                        10_000,
                        100,
                        100,
                        1000,
                        TimeUnit.SECONDS.toNanos(2),
                        3,
                        0,
                        1 << 20,
                        ownerObjects,
                        8 << 20,
                        NOTIFICATIONS,
                        4));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        greedy.drain();
        neighbour.drain();
        device.close();
    }

    private interface Asking {
        void run() throws TeeException;
    }

    private static String assertRefused(Errno errno, Asking asking) {
        TeeException refusal = assertThrows(TeeException.class, asking::run);
        assertEquals(errno, refusal.errno().orElseThrow());
        return refusal.getMessage();
    }

    private static int exportAll(TestDevice.Client client) {
        int[] exported = new int[1];
        assertRefused(Errno.ENOSPC, () -> {
            while (true) {
                client.export(exported[0]);
                exported[0]++;
            }
        });
        return exported[0];
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that passes callback objects without end, then it is refused, its neighbour is not")
    void callbackObjects() throws Exception {
        assertEquals(SHARE, exportAll(greedy));
        assertEquals(
                "one more callback object: greedy 1.0.0 [7] has used up its share of callback objects: it has 50 of 50"
                        + " (option ownerSharePercent of org.ermine.tee.qcomtee)",
                assertRefused(Errno.ENOSPC, () -> greedy.export(1)));
        TestDevice.Client second = device.openFor("greedy 1.0.0 [7]");
        assertRefused(Errno.ENOSPC, () -> second.export(1));
        for (int i = 0; i < 10; i++) {
            neighbour.export(i);
        }
    }

    @Test
    @DisplayName(
            "ERM-29, ERM-23: given callback objects that get no ids since something breaks that off, then none counts"
                    + " for its owner")
    void exportsThatBreakOff() throws Exception {
        Field places = ExportTable.class.getDeclaredField("places");
        places.setAccessible(true);
        ExportTable exports = device.tee.transport().exports();
        Object intact = places.get(exports);
        places.set(exports, null);
        for (int i = 0; i < SHARE; i++) {
            assertThrows(NullPointerException.class, () -> greedy.export(1));
        }
        places.set(exports, intact);
        assertEquals(SHARE, exportAll(greedy));
    }

    @Test
    @DisplayName("ERM-23, ERM-10: given objects that QTEE let go, then they count until their releases were received")
    void releasesThatWait() throws Exception {
        exportAll(greedy);
        assertEquals(SHARE, device.releaseExports());
        assertRefused(Errno.ENOSPC, () -> greedy.export(1));
        assertEquals(SHARE, greedy.drain());
        assertEquals(SHARE, exportAll(greedy));
    }

    @Test
    @DisplayName("ERM-10, ERM-23: given a bundle that does not receive its releases, then what it hands over is refused"
            + " while too many wait, its neighbour's is not, and none is lost")
    void tooManyReleasesWait() throws Exception {
        TestDevice patient = device(1000);
        TestDevice.Client slow = patient.openFor("greedy 1.0.0 [7]");
        TestDevice.Client second = patient.openFor("greedy 1.0.0 [7]");
        for (int i = 0; i < NOTIFICATIONS + 10; i++) {
            slow.export(i);
        }
        assertEquals(NOTIFICATIONS + 10, patient.releaseExports());
        assertEquals(
                "one more callback object: greedy 1.0.0 [7] has used up its share of release notifications that wait:"
                        + " it has 70 of 60 (option ownerNotifications of org.ermine.tee.qcomtee)",
                assertRefused(Errno.ENOSPC, () -> slow.export(0)));
        assertRefused(Errno.ENOSPC, () -> second.export(0));
        TestDevice.Client other = patient.openFor("neighbour 1.0.0 [8]");
        other.export(0);
        assertEquals(NOTIFICATIONS + 10, slow.drain());
        second.export(0);
        patient.releaseExports();
        second.drain();
        other.drain();
        patient.close();
    }

    @Test
    @DisplayName("ERM-23: given memory that is passed or mapped without end, then the ids of its owner are used up, no"
            + " others")
    void exportedMemory() throws Exception {
        MemoryRegion region = device.memory.allocate(1);
        long id = greedy.host.add(region);
        device.world.on(OP, stay -> {});
        int[] passed = new int[1];
        String refusal = assertRefused(Errno.ENOSPC, () -> {
            while (true) {
                greedy.invoke(OP, new Params().memory(id).build());
                passed[0]++;
            }
        });
        assertEquals(SHARE, passed[0]);
        assertTrue(refusal.contains("share of objects that QTEE holds: it has 50 of 50"), refusal);
        neighbour.export(1);
    }

    @Test
    @DisplayName(
            "ERM-23: given a message that is refused since the share is used up, then nothing of it stays with QTEE")
    void refusedMessage() throws Exception {
        device.world.on(OP, stay -> {});
        for (int i = 0; i < SHARE - 1; i++) {
            greedy.export(i);
        }
        int references = greedy.host.references();
        assertRefused(
                Errno.ENOSPC,
                () -> greedy.invoke(OP, new Params().user(1).user(2).build()));
        assertEquals(references, greedy.host.references());
        greedy.export(1);
    }

    @Test
    @DisplayName("ERM-23: given a bundle with large messages under way, then it gets no more, and its neighbour does")
    void largeMessages() throws Exception {
        List<Integer> depths = new ArrayList<>();
        device.world.on(OP, stay -> {
            depths.add(0);
            String refusal = nest(greedy, depths.size());
            if (refusal != null) {
                assertTrue(refusal.contains("greedy 1.0.0 [7]") && refusal.contains("ownerMessageMiB"), refusal);
                assertEquals(0, neighbour.invoke(OP + 1, new Params().out(LARGE).build()));
                assertEquals(0, greedy.invoke(OP + 1, new Params().out(1000).build()), "a small one");
            }
        });
        device.world.on(OP + 1, stay -> {});
        assertEquals(0, greedy.invoke(OP, new Params().out(LARGE).build()));
        assertEquals(2, depths.size());
        assertEquals(0, greedy.invoke(OP + 1, new Params().out(LARGE).build()), "all was given back");
        assertEquals(0, greedy.invoke(OP + 1, new Params().out(LARGE).build()));
        assertEquals(0, greedy.invoke(OP + 1, new Params().out(LARGE).build()));
    }

    /** A further large message within one; the refusal of it, or null. */
    private static String nest(TestDevice.Client client, int depth) {
        try {
            client.invoke(OP, new Params().out(LARGE).build());
            return null;
        } catch (TeeException e) {
            assertEquals(Errno.ENOMEM, e.errno().orElseThrow(), "at depth " + depth);
            return e.getMessage();
        }
    }
}
