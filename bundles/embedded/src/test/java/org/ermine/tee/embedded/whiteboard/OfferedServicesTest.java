// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.fakes.FakePermissions;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What else happens at the moment when a service is taken, refused, changed or let go. */
@Timeout(60)
class OfferedServicesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    /** How many service objects were got and not given back. */
    private final AtomicInteger had = new AtomicInteger();

    private final RepeatLog log = new RepeatLog(line -> {});
    private final FakePermissions permissions = new FakePermissions();

    private final Hook preparing = new Hook();
    private final Hook updating = new Hook();
    private final Hook refusing = new Hook();
    private final Hook retiring = new Hook();
    private final Hook changing = new Hook();

    /** What else happens, once, the next time that something is done. */
    private static final class Hook implements Runnable {

        private static final Runnable NOTHING = () -> {};

        private final AtomicReference<Runnable> next = new AtomicReference<>(NOTHING);

        void set(Runnable action) {
            next.set(action);
        }

        void fail() {
            set(() -> {
                throw new IllegalStateException("as memory that runs out brings it about");
            });
        }

        @Override
        public void run() {
            next.getAndSet(NOTHING).run();
        }
    }

    /** A service at work. */
    private static final class Work {

        private boolean begun;
        private boolean gone;

        synchronized boolean begin() {
            begun = !gone;
            return begun;
        }

        synchronized void leave() {
            gone = true;
        }

        synchronized boolean end() {
            boolean ended = begun;
            begun = false;
            return ended;
        }

        @Override
        public synchronized String toString() {
            return gone ? "gone" : begun ? "at work" : "prepared";
        }
    }

    private final class Use implements ServiceUse<String, Integer, Work> {

        @Override
        public String describe(OfferedService<String> service) {
            return "service " + service.key();
        }

        @Override
        public Integer parse(OfferedService<String> service) {
            return (Integer) service.properties().get("rank");
        }

        @Override
        public String permissionName(Integer properties) {
            return "name";
        }

        @Override
        public Work prepare(OfferedService<String> service, Integer properties) {
            preparing.run();
            return new Work();
        }

        @Override
        public boolean begin(Work use, String object) {
            events.add("begin");
            return use.begin();
        }

        @Override
        public boolean update(Work use, Integer changed) {
            updating.run();
            return changed < 10;
        }

        @Override
        public void refuse(Work use) {
            use.leave();
            refusing.run();
        }

        @Override
        public void retire(Work use) {
            use.leave();
            retiring.run();
        }

        @Override
        public boolean end(Work use, Duration drain, Thread asking) {
            events.add("end");
            return use.end();
        }
    }

    private final OfferedServices<String, Integer, Work> services =
            new OfferedServices<>(new Use(), Right.LISTENER, LONG, new OwnerThreads<>("test", log), log, changing);

    private OfferedService<String> service(long id, int rank) {
        return new OfferedService<>(
                id,
                Map.of("rank", rank),
                "bundle " + id,
                () -> {
                    had.incrementAndGet();
                    return "object";
                },
                () -> {
                    had.decrementAndGet();
                    events.add("unget");
                },
                new Rights(permissions, null));
    }

    private String present() {
        return services.all().stream()
                .map(offer -> offer.properties() + " " + (offer.use() == null ? offer.failure() : offer.use()))
                .collect(Collectors.joining(", "));
    }

    @Test
    @DisplayName("ERM-16: given a service whose properties change while it is refused, when its bundle may offer it"
            + " again before that is"
            + " done, then it is given back, and used anew with these properties")
    void changedWhileRefused() {
        services.add(service(1, 1));
        refusing.set(() -> {
            services.update(service(1, 2));
            permissions.allow(Right.LISTENER, "name");
        });
        permissions.forbid(Right.LISTENER, "name");
        services.checkPermissions();

        assertEquals("2 at work", present());
        assertEquals(List.of("begin", "end", "unget", "begin"), events);
    }

    @Test
    @DisplayName(
            "ERM-16: given a permission that is taken back while a service is added, and whoever is told of changes"
                    + " throws, then it is"
                    + " not used")
    void refusedWhileAdded() {
        preparing.set(() -> permissions.forbid(Right.LISTENER, "name"));
        changing.fail();
        assertThrows(IllegalStateException.class, () -> services.add(service(1, 1)));

        assertEquals("1 the bundle may not: LISTENER name", present());
        assertEquals(List.of("begin", "end", "unget"), events);
    }

    @Test
    @DisplayName("ERM-16: given a refusal without a reason, then it is one")
    void refusedWithoutReason() {
        permissions.forbid(Right.LISTENER, "name");
        permissions.reason = null;
        assertNotNull(new Rights(permissions, null).refusal(Right.LISTENER, "name"));
        services.add(service(1, 1));

        assertEquals("1 no reason is known", present());
    }

    @Test
    @DisplayName("ERM-16: given a bundle that changes a service on two threads at once, when the service is"
            + " unregistered, then neither"
            + " of what it was is used any more, and it is given back")
    void changedOnTwoThreads() throws Exception {
        services.add(service(1, 1));
        CountDownLatch between = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread other = new Thread(() -> services.update(service(1, 11)));
        updating.set(() -> {
            retiring.set(() -> {
                between.countDown();
                await(goOn);
            });
            other.start();
            await(between);
        });
        services.update(service(1, 12));
        goOn.countDown();
        other.join();
        assertEquals(1, had.get());
        assertEquals("12 at work", present());

        services.remove(1L);
        assertEquals(0, had.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("ERM-16: given a service that is unregistered while it changes, then it does not come back")
    void removedWhileChanged() {
        services.add(service(1, 1));
        updating.set(() -> services.remove(1L));
        services.update(service(1, 11));

        assertEquals("", present());
        assertEquals(0, had.get());
    }

    @Test
    @DisplayName("ERM-29: given a service that changes, and its end throws, then it is there with what it says now")
    void endThrowsWhereItChanges() {
        services.add(service(1, 1));
        retiring.fail();
        assertThrows(IllegalStateException.class, () -> services.update(service(1, 11)));

        assertEquals("11 at work", present());
        assertEquals(List.of("begin", "end", "unget", "begin"), events);
    }

    @Test
    @DisplayName("ERM-22: given a service whose end throws when all end, then the others end, and it is given back too")
    void endThrowsWhereAllEnd() {
        services.add(service(1, 1));
        services.add(service(2, 2));
        retiring.fail();
        services.close(() -> events.add("retired"));

        assertEquals(
                List.of("begin", "begin", "end", "end", "retired", "unget", "unget"),
                events.stream().sorted().toList());
        assertEquals("retired", events.get(2));
    }
}
