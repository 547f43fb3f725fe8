// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RepeatLogTest {

    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RepeatLog log = new RepeatLog(lines::add, INTERVAL, now::get);

    private void pass(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private List<String> told() {
        List<String> told = List.copyOf(lines);
        lines.clear();
        return told;
    }

    @Test
    @DisplayName("ERM-24: given the first of a cause, then it is told at once; those after it are counted")
    void firstAtOnce() {
        for (int i = 0; i < 1000; i++) {
            int number = i;
            log.tell("bad", () -> "bad message " + number);
        }
        assertEquals(List.of("bad message 0"), told());
        pass(60);
        log.tell("bad", () -> "bad message 1000");
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).contains("999") || lines.get(0).contains("1000"), lines.get(0));
    }

    @Test
    @DisplayName("ERM-24: given causes that come again and again, then each has at most one line in an interval")
    void oneLinePerCauseAndInterval() {
        for (int second = 0; second < 600; second++) {
            log.tell("one", () -> "one");
            log.tell("two", () -> "two");
            pass(1);
        }
        assertTrue(lines.size() <= 2 * 11, lines.size() + " lines: " + lines);
    }

    @Test
    @DisplayName("ERM-24: given a flood that is over, then its sum is told with the next problem of another cause")
    void sumOfWhatIsOver() {
        log.tell("flood", () -> "flood");
        log.tell("flood", () -> "flood");
        log.tell("flood", () -> "flood");
        told();
        pass(61);
        log.tell("other", () -> "other");
        assertEquals(List.of("flood (and 2 more of the kind since this was told last)", "other"), told());
    }

    @Test
    @DisplayName("ERM-24: given the end, then what was counted and not told is told once")
    void sumAtTheEnd() {
        log.tell("cause", () -> "text");
        log.tell("cause", () -> "text");
        told();
        log.sumUp();
        log.sumUp();
        assertEquals(List.of("text (and 1 more of the kind since this was told last)"), told());
    }

    @Test
    @DisplayName(
            "ERM-24: given more causes than it tells apart, then the rest shares one line and memory stays bounded")
    void manyCauses() {
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            log.tell(i, () -> "cause " + number);
        }
        assertEquals(RepeatLog.MOST_CAUSES, lines.size());
    }

    @Test
    @DisplayName("ERM-24: given a cause that was quiet for an interval, then its next time is a first one again")
    void forgotten() {
        log.tell("cause", () -> "first");
        pass(61);
        log.tell("other", () -> "other");
        told();
        log.tell("cause", () -> "second");
        assertEquals(List.of("second"), told());
    }

    @Test
    @DisplayName("ERM-24: given many threads at once, then one line is written and none of their problems is lost")
    void manyThreads() throws Exception {
        ConcurrentLinkedQueue<String> shared = new ConcurrentLinkedQueue<>();
        RepeatLog many = new RepeatLog(shared::add, INTERVAL, now::get);
        AtomicInteger texts = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < 10_000; i++) {
                    many.tell("cause", () -> "text " + texts.incrementAndGet());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, texts.get());
        many.sumUp();
        lines.addAll(shared);
        assertEquals(2, lines.size(), lines.toString());
        long more = Long.parseLong(lines.get(1).replaceAll(".*\\(and (\\d+) more.*", "$1"));
        long already = lines.get(0).equals("text 1")
                ? 0
                : Long.parseLong(lines.get(0).replaceAll(".*\\(and (\\d+) more.*", "$1"));
        assertEquals(80_000 - 1, more + already);
    }

    @Test
    @DisplayName("ERM-24: given the end beside the first of a cause, then that is told once, with its text")
    void endBesideTheFirst() {
        log.tell("cause", () -> {
            log.sumUp();
            return "text";
        });
        log.sumUp();
        assertEquals(List.of("text"), told());
    }

    @Test
    @DisplayName("ERM-24: given the end beside a later one of a cause, then that is told once")
    void endBesideALaterOne() {
        pass(30);
        log.tell("cause", () -> "first");
        pass(35);
        log.tell("other", () -> "other");
        told();
        pass(30);
        log.tell("cause", () -> {
            log.sumUp();
            return "second";
        });
        log.sumUp();
        assertEquals(List.of("first (and 1 more of the kind since this was told last)"), told());
    }

    @Test
    @DisplayName("ERM-24: given a text that takes more than an interval, then it is told once, when it is there")
    void textThatTakesLong() {
        log.tell("cause", () -> {
            pass(61);
            log.tell("other", () -> "other");
            return "text";
        });
        log.sumUp();
        assertEquals(List.of("other", "text"), told());
    }

    @Test
    @DisplayName("ERM-24: given a first problem whose text cannot be made, then it is told all the same, and forgotten")
    void textThatCannotBeMade() {
        assertThrows(
                IllegalStateException.class,
                () -> log.tell("cause", () -> {
                    throw new IllegalStateException("thrown by the test");
                }));
        assertEquals(List.of("a problem that cannot be described"), told());
        pass(61);
        log.tell("other", () -> "other");
        log.tell("cause", () -> "text");
        assertEquals(List.of("other", "text"), told());
    }

    /** Does something while it is looked up. */
    private record Hooked(Runnable lookedUp) {
        @Override
        public boolean equals(Object other) {
            lookedUp.run();
            return other instanceof Hooked;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    @DisplayName("ERM-24: given a cause that is forgotten while one more of it is counted, then that is not lost")
    void forgottenMeanwhile() {
        log.tell(new Hooked(() -> {}), () -> "first");
        told();
        pass(1);
        log.tell(
                new Hooked(() -> {
                    pass(61);
                    log.tell("other", () -> "other");
                }),
                () -> "second");
        log.sumUp();
        assertEquals(List.of("other", "second"), told());
    }
}
