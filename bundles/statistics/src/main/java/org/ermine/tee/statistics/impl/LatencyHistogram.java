// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.Recorder;
import org.ermine.tee.runtime.LatencyBucketDTO;
import org.ermine.tee.runtime.LatencyDTO;

/**
 * Counts how often an activity took how long. Threads write to a stripe that their id chooses, so that two cores seldom
 * meet in one. A reader collects the stripes into {@code total}, which {@code this} guards.
 */
final class LatencyHistogram {

    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final long[] BOUNDS = bounds(100, TimeUnit.SECONDS.toNanos(10));

    private final Recorder[] stripes =
            new Recorder[Integer.highestOneBit(Runtime.getRuntime().availableProcessors())];
    private final Histogram total = new Histogram(1, LONGEST_NANOS, SIGNIFICANT_DIGITS);
    /** The histogram into which a stripe is read; null before the first time. */
    private Histogram interval;

    private final LongAdder failures = new LongAdder();

    LatencyHistogram() {
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Recorder(1, LONGEST_NANOS, SIGNIFICANT_DIGITS);
        }
    }

    /** Returns 1, 2 and 5 times the powers of ten from {@code first} to {@code last}, and {@link Long#MAX_VALUE}. */
    private static long[] bounds(long first, long last) {
        List<Long> bounds = new ArrayList<>();
        for (long decade = first; decade < last; decade *= 10) {
            bounds.addAll(List.of(decade, 2 * decade, 5 * decade));
        }
        bounds.addAll(List.of(last, Long.MAX_VALUE));
        return bounds.stream().mapToLong(Long::longValue).toArray();
    }

    /** Counts an activity that took so long. More than an hour counts as an hour. */
    void took(long nanos) {
        int stripe = (int) Thread.currentThread().getId() & stripes.length - 1;
        stripes[stripe].recordValue(Math.max(0, Math.min(LONGEST_NANOS, nanos)));
    }

    void failed() {
        failures.increment();
    }

    /** Fills in everything except the device and the kind; null if nothing was counted yet. */
    synchronized LatencyDTO describe() {
        collect();
        if (total.getTotalCount() == 0 && failures.sum() == 0) {
            return null;
        }
        LatencyDTO dto = new LatencyDTO();
        dto.failures = failures.sum();
        dto.count = total.getTotalCount();
        dto.min = dto.count == 0 ? 0 : total.getMinValue();
        dto.mean = (long) total.getMean();
        dto.max = total.getMaxValue();
        dto.p50 = total.getValueAtPercentile(50);
        dto.p90 = total.getValueAtPercentile(90);
        dto.p99 = total.getValueAtPercentile(99);
        dto.p999 = total.getValueAtPercentile(99.9);
        dto.buckets = buckets();
        return dto;
    }

    private void collect() {
        for (Recorder stripe : stripes) {
            interval = stripe.getIntervalHistogram(interval, false);
            total.add(interval);
        }
    }

    private LatencyBucketDTO[] buckets() {
        LatencyBucketDTO[] buckets = new LatencyBucketDTO[BOUNDS.length];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LatencyBucketDTO();
            buckets[i].upperBound = BOUNDS[i];
        }
        int bucket = 0;
        for (HistogramIterationValue value : total.recordedValues()) {
            while (value.getValueIteratedTo() > BOUNDS[bucket]) {
                bucket++;
            }
            buckets[bucket].count += value.getCountAtValueIteratedTo();
        }
        return buckets;
    }
}
