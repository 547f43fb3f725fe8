// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.Set;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Checks that there is a TEE, and that every driver that is deployed has become one. */
@Component(property = {HealthCheck.NAME + "=Ermine devices", HealthCheck.TAGS + "=ermine"})
public final class DevicesCheck implements HealthCheck {

    private static final Set<String> MAKING_DEVICES = Set.of("driver", "channel");

    private final TeeRuntime runtime;

    @Activate
    public DevicesCheck(@Reference(name = "runtime") TeeRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        RuntimeDTO state = runtime.snapshot(0);
        for (var device : state.devices) {
            log.info("device {}: {} context(s)", device.name, device.contextCount);
            if (device.abandonedCalls > 0) {
                log.warn(
                        "device {}: the TEE did not return from {} call(s); their memory is never used again",
                        device.name,
                        device.abandonedCalls);
            }
        }
        if (state.devices.length == 0) {
            log.critical(
                    "there is no device: deploy a backend such as org.ermine.tee.qcomtee and a secure channel for it");
        }
        for (FailedHandlerDTO failed : state.failedHandlers) {
            if (MAKING_DEVICES.contains(failed.kind)) {
                log.warn("the {} of {} makes no device: {}", failed.kind, failed.bundle, failed.reason);
            }
        }
        return new Result(log);
    }
}
