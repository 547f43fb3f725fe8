// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.ermine.tee.Arguments;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.core.fakes.Fixture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ObjectHandleTest {

    @AutoClose
    private Fixture fixture;

    @BeforeEach
    void open() throws TeeException {
        fixture = new Fixture();
    }

    @Test
    @DisplayName("OBJ-3: closing releases the object, once however often it is closed")
    void closingTwiceReleasesOnce() throws TeeException {
        TeeObject object = fixture.teeObject(6);
        object.close();
        object.close();
        assertTrue(object.isClosed());
        assertEquals(List.of(6L), fixture.backend.released);
    }

    @Test
    void aClosedReferenceCannotBeUsed() throws TeeException {
        TeeObject object = fixture.teeObject(6);
        object.close();
        assertThrows(IllegalStateException.class, () -> object.invoke(0, new Arguments()));
        assertThrows(IllegalStateException.class, object::duplicate);
    }

    @Test
    void aReferenceThatIsClosedBesideAnInvocationIsNamedWhenTheBackendMissesTheObject() throws TeeException {
        TeeObject object = fixture.teeObject(6);
        TeeException missing = new TeeException(Errno.EINVAL, "there is no object 6 in this context");
        fixture.backend.invocation = (id, op, params) -> {
            throw missing;
        };
        assertSame(missing, assertThrows(TeeException.class, () -> object.invoke(0, new Arguments())));
        fixture.backend.invocation = (id, op, params) -> {
            object.close();
            throw missing;
        };
        assertThrows(IllegalStateException.class, () -> object.invoke(0, new Arguments()));
    }

    @Test
    void theObjectIsReleasedWhenTheLastOfItsReferencesIsClosed() throws TeeException {
        TeeObject first = fixture.teeObject(6);
        TeeObject second = first.duplicate();
        TeeObject third = second.duplicate();
        assertEquals(6, third.id());
        second.close();
        first.close();
        first.close();
        assertEquals(List.of(), fixture.backend.released);
        third.invoke(0, new Arguments());
        third.close();
        assertEquals(List.of(6L), fixture.backend.released);
    }

    @Test
    @DisplayName("OBJ-5: the same object returned twice is two ids and needs two releases")
    void twoIdsAreTwoObjects() throws TeeException {
        TeeObject first = fixture.teeObject(6);
        TeeObject second = fixture.teeObject(7);
        first.close();
        second.close();
        assertEquals(List.of(6L, 7L), fixture.backend.released);
    }

    @Test
    void closesAndDuplicatesOfManyThreadsReleaseExactlyOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            TeeObject object = fixture.teeObject(round);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = IntStream.range(0, 4)
                    .mapToObj(i -> new Thread(() -> closeAfter(start, object)))
                    .toList();
            threads.forEach(Thread::start);
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(round + 1, fixture.backend.released.size());
        }
    }

    private static void closeAfter(CountDownLatch start, TeeObject object) {
        try {
            start.await();
            object.duplicate().close();
        } catch (IllegalStateException e) {
            assertTrue(object.isClosed());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            object.close();
        }
    }

    @Test
    void theRootNeedsNoClosing() throws TeeException {
        TeeObject root = fixture.context.root();
        root.close();
        assertFalse(root.isClosed());
        assertSame(root, root.duplicate());
        root.invoke(0, new Arguments());
        assertEquals(List.of(), fixture.backend.released);
    }

    @Test
    void anObjectThatIsLostWithoutBeingClosedIsFoundCountedAndReleased() throws TeeException {
        lose(40);
        TeeObject kept = fixture.teeObject(41);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return !fixture.backend.released.isEmpty();
        });
        assertEquals(List.of(40L), fixture.backend.released);
        await().until(() -> fixture.device.describe().leakedObjects == 1);
        assertEquals(List.of(41L), ids());
        kept.close();
        assertEquals(1, fixture.device.describe().leakedObjects);
    }

    @Test
    void aBackendThatBreaksAtAReleaseDoesNotEndTheSearchForLostObjects() throws TeeException {
        fixture.backend.releasing = () -> {
            throw new NoClassDefFoundError("the code of the backend is gone");
        };
        fixture.teeObject(39).close();
        lose(40);
        awaitReleased(2);
        lose(41);
        awaitReleased(3);
        assertEquals(List.of(39L, 40L, 41L), fixture.backend.released);
    }

    @Test
    @DisplayName("ERM-21: given a backend that leaves an interrupt behind, then the search for lost objects goes on")
    void anInterruptThatIsLeftBehindDoesNotEndTheSearchForLostObjects() throws TeeException {
        fixture.backend.releasing = () -> Thread.currentThread().interrupt();
        for (int lost = 1; lost <= 3; lost++) {
            lose(40 + lost);
            awaitReleased(lost);
        }
        assertEquals(List.of(41L, 42L, 43L), fixture.backend.released);
    }

    private void awaitReleased(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return fixture.backend.released.size() == count;
        });
    }

    private void lose(long id) throws TeeException {
        fixture.teeObject(id);
    }

    @Test
    void objectsOfAClosedContextAreNoLeaks() throws TeeException {
        TeeObject object = fixture.teeObject(40);
        fixture.context.close();
        object.close();
        TeeException e = assertThrows(TeeException.class, () -> root().invoke(0, new Arguments()));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
        assertEquals(List.of(), fixture.backend.released);
        assertEquals(0, fixture.device.describe().leakedObjects);
    }

    private TeeObject root() {
        return fixture.context.root();
    }

    /** The TEE objects in the order in which they came. */
    private List<Long> ids() {
        return fixture.context.describeObjects(10).stream()
                .filter(each -> each.kind.equals("tee"))
                .map(each -> each.id)
                .toList();
    }

    @Test
    void theListKeepsTheOrderInWhichObjectsCame() throws TeeException {
        TeeObject a = fixture.teeObject(1);
        TeeObject b = fixture.teeObject(2);
        TeeObject c = fixture.teeObject(3);
        TeeObject d = b.duplicate();
        assertEquals(List.of(1L, 2L, 3L), ids());
        b.close();
        assertEquals(List.of(1L, 3L, 2L), ids());
        a.close();
        d.close();
        assertEquals(List.of(3L), ids());
        c.close();
        assertEquals(List.of(), ids());
    }

    @Test
    void anOpenReferenceCostsLessThanSixtyBytesBesideItsHandle() {
        int count = 50_000;
        ObjectList list = new ObjectList(fixture.context, new ReferenceQueue<>());
        ObjectHandle[] handles = new ObjectHandle[2 * count];
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        for (int i = 0; i < count; i++) {
            handles[i] = list.track(i);
        }
        long before = threads.getThreadAllocatedBytes(self);
        for (int i = 0; i < count; i++) {
            handles[count + i] = list.track(i);
        }
        long bytes = (threads.getThreadAllocatedBytes(self) - before) / count;
        int handleBytes = 16;
        assertTrue(bytes - handleBytes < 60, "a reference takes " + (bytes - handleBytes) + " bytes");
    }
}
