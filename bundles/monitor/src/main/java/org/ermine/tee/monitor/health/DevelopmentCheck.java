// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Checks that no TEE is in use that protects nothing, unless that is allowed. */
@Component(property = {HealthCheck.NAME + "=Ermine development TEE", HealthCheck.TAGS + "=ermine"})
public final class DevelopmentCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final boolean allowed;

    @Activate
    public DevelopmentCheck(
            @Reference(name = "runtime") TeeRuntime runtime, @Reference(name = "limits") HealthLimits limits) {
        this.runtime = runtime;
        allowed = limits.developmentAllowed();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        RuntimeDTO state = runtime.snapshot(0);
        for (DeviceDTO device : state.devices) {
            if (!device.development) {
                log.info("device {} is a real one", device.name);
            } else if (allowed) {
                log.info("device {} is for development, as is allowed here", device.name);
            } else {
                log.warn("device {} is for development: it protects nothing", device.name);
            }
        }
        log.info("{} device(s) looked at", state.devices.length);
        return new Result(log);
    }
}
