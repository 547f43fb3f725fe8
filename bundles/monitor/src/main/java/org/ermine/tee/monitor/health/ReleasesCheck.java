// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Checks that the TEE releases objects: the number of those that wait becomes smaller from one execution of this check
 * to a later one.
 *
 * <p>{@code this} guards {@code progress}.
 */
@Component(property = {HealthCheck.NAME + "=Ermine release queue", HealthCheck.TAGS + "=ermine"})
public final class ReleasesCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final long maxMillis;
    private final Clock clock;
    private final Map<String, Progress> progress = new HashMap<>();

    /** The least number of waiting objects that was seen, and when. */
    private record Progress(int least, long at) {

        Progress seen(int pending, long now) {
            return pending == 0 || pending < least ? new Progress(pending, now) : this;
        }
    }

    @Activate
    public ReleasesCheck(
            @Reference(name = "runtime") TeeRuntime runtime, @Reference(name = "limits") HealthLimits limits) {
        this(runtime, limits, Clock.systemUTC());
    }

    ReleasesCheck(TeeRuntime runtime, HealthLimits limits, Clock clock) {
        this.runtime = runtime;
        this.clock = clock;
        maxMillis = limits.maxReleaseMillis();
    }

    @Override
    public synchronized Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        RuntimeDTO state = runtime.snapshot(0);
        Map<String, Progress> before = Map.copyOf(progress);
        progress.clear();
        long now = clock.millis();
        for (DeviceDTO device : state.devices) {
            Progress first = new Progress(device.pendingReleases, now);
            Progress last = before.getOrDefault(device.name, first).seen(device.pendingReleases, now);
            progress.put(device.name, last);
            report(log, device, now - last.at());
        }
        log.info("{} device(s) looked at", state.devices.length);
        return new Result(log);
    }

    private void report(FormattingResultLog log, DeviceDTO device, long stalledMillis) {
        if (device.pendingReleases > 0 && stalledMillis > maxMillis) {
            log.warn(
                    "{}: {} object(s) wait to be released, not fewer since {} ms",
                    device.name,
                    device.pendingReleases,
                    stalledMillis);
        } else {
            log.info("{}: {} object(s) wait to be released", device.name, device.pendingReleases);
        }
    }
}
