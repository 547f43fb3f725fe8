// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Checks that there is shared memory left. */
@Component(property = {HealthCheck.NAME + "=Ermine shared memory", HealthCheck.TAGS + "=ermine"})
public final class MemoryCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final int maxPercent;

    @Activate
    public MemoryCheck(
            @Reference(name = "runtime") TeeRuntime runtime, @Reference(name = "limits") HealthLimits limits) {
        this.runtime = runtime;
        maxPercent = limits.maxMemoryPercent();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        MemoryDTO memory = runtime.snapshot(0).memory;
        if (memory.inUse > memory.limit / 100.0 * maxPercent) {
            log.warn(
                    "{} of {} bytes of shared memory are in use, more than {} %",
                    memory.inUse, memory.limit, maxPercent);
        } else {
            log.info("{} of {} bytes of shared memory are in use", memory.inUse, memory.limit);
        }
        if (memory.uncollected > memory.limit) {
            log.warn(
                    "{} bytes were given back, more than the limit of {}, and the JVM has not freed them yet: with a"
                            + " smaller -XX:MaxDirectMemorySize it would earlier",
                    memory.uncollected,
                    memory.limit);
        } else if (memory.uncollected > 0) {
            log.info("{} bytes were given back, and the JVM has not freed them yet", memory.uncollected);
        }
        if (memory.refused > 0) {
            log.info("{} request(s) for memory were refused since the start because of the limit", memory.refused);
        }
        return new Result(log);
    }
}
