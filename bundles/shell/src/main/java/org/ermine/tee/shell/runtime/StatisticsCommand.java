// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.runtime.LatencyBucketDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.command.Console;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.shell.text.Units;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The command that shows how long things take. It reads {@link TeeRuntime} and nothing else. */
@Component(
        service = Commands.class,
        property = {"osgi.command.scope=tee", "osgi.command.function=statistics"})
public final class StatisticsCommand implements Commands {

    private static final String HISTOGRAM = "--histogram";
    private static final String STATISTICS = "-b, --histogram  show how many took how long\n" + Call.ALL_LINE;

    private final TeeRuntime runtime;

    @Activate
    public StatisticsCommand(@Reference(name = "runtime") TeeRuntime runtime) {
        this.runtime = runtime;
    }

    @Descriptor("shows how long invocations and callbacks take, and how many fail")
    public void statistics(CommandSession session, @Descriptor(STATISTICS) String[] arguments) throws CommandException {
        CommandUsage.of(StatisticsCommand.class, "statistics").run(session, arguments, this::statistics);
    }

    @Override
    public Map<String, Candidates> candidates() {
        return Map.of("statistics", Candidates.NOTHING);
    }

    private void statistics(Call call) {
        StatisticsDTO statistics = runtime.snapshot(0).statistics;
        Console console = call.console();
        if (statistics == null) {
            console.say("Nothing is measured. Is org.ermine.tee.statistics deployed, and enabled?");
            return;
        }
        console.print(
                call.has(HISTOGRAM) ? histograms(call, statistics) : latencies(call, statistics),
                "Nothing has happened since measuring began.");
        if (statistics.sampling > 1) {
            console.say("Of invocations, one in " + statistics.sampling + " is measured.");
        }
    }

    private static Table latencies(Call call, StatisticsDTO statistics) {
        Table table = call.table(
                "DEVICE", "KIND", "#MEASURED", "#FAILED", "#MIN", "#MEAN", "#P50", "#P90", "#P99", "#P99.9", "#MAX");
        for (LatencyDTO latency : statistics.latencies) {
            table.row(
                    latency.device,
                    latency.kind,
                    latency.count,
                    latency.failures,
                    Units.time(latency.min),
                    Units.time(latency.mean),
                    Units.time(latency.p50),
                    Units.time(latency.p90),
                    Units.time(latency.p99),
                    Units.time(latency.p999),
                    Units.time(latency.max));
        }
        return table;
    }

    private static Table histograms(Call call, StatisticsDTO statistics) {
        Table table = call.table("DEVICE", "KIND", "#UP TO", "#MEASURED", "#SHARE");
        for (LatencyDTO latency : statistics.latencies) {
            for (LatencyBucketDTO bucket : latency.buckets) {
                if (bucket.count > 0) {
                    table.row(
                            latency.device,
                            latency.kind,
                            bucket.upperBound == Long.MAX_VALUE ? "more" : Units.time(bucket.upperBound),
                            bucket.count,
                            Units.share(bucket.count, latency.count));
                }
            }
        }
        return table;
    }
}
