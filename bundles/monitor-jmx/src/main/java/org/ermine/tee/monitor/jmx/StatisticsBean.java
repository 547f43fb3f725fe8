// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.jmx;

import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.TabularData;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.LatencyBucketDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.runtime.TeeRuntime;

/** Makes tables of what {@link TeeRuntime} tells. Stateless. */
final class StatisticsBean implements StatisticsMBean {

    private final TeeRuntime runtime;

    StatisticsBean(TeeRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public TabularData getDevices() throws OpenDataException {
        OpenTable table = new OpenTable(
                "device", 1, 1, "name", "contexts", "invocations", "callbacks", "pendingReleases", "leakedObjects");
        for (DeviceDTO each : runtime.snapshot(0).devices) {
            table.add(
                    each.name,
                    (long) each.contextCount,
                    each.invocations,
                    each.callbacks,
                    (long) each.pendingReleases,
                    each.leakedObjects);
        }
        return table.data();
    }

    @Override
    public TabularData getLatencies() throws OpenDataException {
        String[] columns = "device kind count failures min mean p50 p90 p99 p999 max".split(" ");
        OpenTable table = new OpenTable("latency", 2, 2, columns);
        for (LatencyDTO each : latencies()) {
            table.add(
                    each.device,
                    each.kind,
                    each.count,
                    each.failures,
                    each.min,
                    each.mean,
                    each.p50,
                    each.p90,
                    each.p99,
                    each.p999,
                    each.max);
        }
        return table.data();
    }

    @Override
    public TabularData getHistograms() throws OpenDataException {
        OpenTable table = new OpenTable("bucket", 2, 3, "device", "kind", "upperBound", "count");
        for (LatencyDTO each : latencies()) {
            for (LatencyBucketDTO bucket : each.buckets) {
                table.add(each.device, each.kind, bucket.upperBound, bucket.count);
            }
        }
        return table.data();
    }

    private LatencyDTO[] latencies() {
        StatisticsDTO statistics = runtime.snapshot(0).statistics;
        return statistics == null ? new LatencyDTO[0] : statistics.latencies;
    }
}
