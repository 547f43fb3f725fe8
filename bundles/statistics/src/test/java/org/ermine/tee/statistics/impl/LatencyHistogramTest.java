// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.runtime.LatencyBucketDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LatencyHistogramTest {

    private final LatencyHistogram histogram = new LatencyHistogram();

    private static Map<Long, Long> filled(LatencyDTO dto) {
        Map<Long, Long> filled = new TreeMap<>();
        for (LatencyBucketDTO bucket : dto.buckets) {
            if (bucket.count > 0) {
                filled.put(bucket.upperBound, bucket.count);
            }
        }
        return filled;
    }

    private static void assertWithinOnePercent(long expected, long actual) {
        assertTrue(Math.abs(actual - expected) * 100 <= expected, actual + " is not " + expected + " within 1 %");
    }

    @Test
    void whatWasNeverMeasuredIsNotThere() {
        assertNull(histogram.describe());
    }

    @Test
    void timesFallIntoTheBucketThatIsJustLargeEnough() {
        for (long nanos : new long[] {0, 100, 150, 1500, 1700, 30_000}) {
            histogram.took(nanos);
        }
        assertEquals(Map.of(100L, 2L, 200L, 1L, 2000L, 2L, 50_000L, 1L), filled(histogram.describe()));
    }

    @Test
    void boundsAreTheSameWhateverWasMeasuredAndLeaveNothingOut() {
        histogram.took(1);
        long[] before = bounds(histogram.describe());
        histogram.took(TimeUnit.DAYS.toNanos(2));
        LatencyDTO after = histogram.describe();
        assertEquals(Arrays.toString(before), Arrays.toString(bounds(after)));
        assertEquals(Map.of(100L, 1L, Long.MAX_VALUE, 1L), filled(after));
        assertWithinOnePercent(TimeUnit.HOURS.toNanos(1), after.max);
    }

    private static long[] bounds(LatencyDTO dto) {
        return Arrays.stream(dto.buckets).mapToLong(bucket -> bucket.upperBound).toArray();
    }

    @Test
    void percentilesAreThoseOfWhatWasMeasured() {
        for (int micros = 1; micros <= 1000; micros++) {
            histogram.took(micros * 1000L);
        }
        LatencyDTO dto = histogram.describe();
        assertEquals(1000, dto.count);
        assertWithinOnePercent(1_000, dto.min);
        assertWithinOnePercent(500_500, dto.mean);
        assertWithinOnePercent(500_000, dto.p50);
        assertWithinOnePercent(900_000, dto.p90);
        assertWithinOnePercent(990_000, dto.p99);
        assertWithinOnePercent(999_000, dto.p999);
        assertWithinOnePercent(1_000_000, dto.max);
    }

    @Test
    void aFailureThatWasNotMeasuredIsCountedAsOne() {
        histogram.failed();
        LatencyDTO dto = histogram.describe();
        assertEquals("1 of 0, longest 0", dto.failures + " of " + dto.count + ", longest " + dto.max);
    }

    @Test
    void nothingIsLostBetweenThreadsThatMeasureAndOneThatReads() throws InterruptedException {
        int threads = 4;
        int times = 20_000;
        Thread[] measuring = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            measuring[i] = new Thread(() -> {
                for (int n = 0; n < times; n++) {
                    histogram.took(n);
                }
            });
            measuring[i].start();
        }
        long seen = 0;
        while (Arrays.stream(measuring).anyMatch(Thread::isAlive)) {
            LatencyDTO dto = histogram.describe();
            long now = dto == null ? 0 : dto.count;
            assertTrue(now >= seen, now + " after " + seen);
            seen = now;
        }
        for (Thread each : measuring) {
            each.join();
        }
        LatencyDTO dto = histogram.describe();
        assertEquals(threads * times, dto.count);
        assertEquals(
                threads * times,
                Arrays.stream(dto.buckets).mapToLong(bucket -> bucket.count).sum());
    }
}
