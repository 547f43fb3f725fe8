// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.ermine.tee.spi.TeeObserver.Ended;

/** Measures how long each kind of activity took on each device, since this was made. Thread safe. */
final class Statistics {

    private record Latencies(LatencyHistogram invocation, LatencyHistogram queue, LatencyHistogram callback) {

        Latencies() {
            this(new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        }
    }

    private final long since = System.currentTimeMillis();
    private final Map<String, Latencies> devices = new ConcurrentHashMap<>();

    void ended(String device, Activity activity, Ended ended) {
        Latencies latencies = of(device);
        if (activity == Activity.INVOCATION) {
            latencies.invocation().took(ended.nanos());
            return;
        }
        latencies.callback().took(ended.nanos());
        if (ended.waitedNanos() >= 0) {
            latencies.queue().took(ended.waitedNanos());
        }
        if (ended.result() != 0) {
            latencies.callback().failed();
        }
    }

    /** Counts a failure. Every invocation that fails is counted, also where its time is not taken. */
    void invocationFailed(String device) {
        of(device).invocation().failed();
    }

    /** Returns the entry of a device. It first looks for one, since that takes no lock and allocates nothing. */
    private Latencies of(String device) {
        Latencies known = devices.get(device);
        return known != null ? known : devices.computeIfAbsent(device, name -> new Latencies());
    }

    StatisticsDTO describe(int sampling) {
        List<LatencyDTO> latencies = new ArrayList<>();
        new TreeMap<>(devices).forEach((device, known) -> {
            add(latencies, device, LatencyDTO.CALLBACK, known.callback());
            add(latencies, device, LatencyDTO.INVOCATION, known.invocation());
            add(latencies, device, LatencyDTO.QUEUE, known.queue());
        });
        StatisticsDTO dto = new StatisticsDTO();
        dto.since = since;
        dto.sampling = sampling;
        dto.latencies = latencies.toArray(LatencyDTO[]::new);
        return dto;
    }

    private static void add(List<LatencyDTO> latencies, String device, String kind, LatencyHistogram histogram) {
        LatencyDTO dto = histogram.describe();
        if (dto != null) {
            dto.device = device;
            dto.kind = kind;
            latencies.add(dto);
        }
    }
}
