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

/** Checks that no bundle loses references to objects of the TEE without closing them. */
@Component(property = {HealthCheck.NAME + "=Ermine leaks", HealthCheck.TAGS + "=ermine"})
public final class LeaksCheck implements HealthCheck {

    private final TeeRuntime runtime;

    @Activate
    public LeaksCheck(@Reference(name = "runtime") TeeRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        RuntimeDTO state = runtime.snapshot(0);
        for (DeviceDTO device : state.devices) {
            if (device.leakedObjects > 0) {
                log.warn(
                        "{}: {} object(s) were lost without being closed since the device came; the log names the "
                                + "owners",
                        device.name,
                        device.leakedObjects);
            } else {
                log.info("{}: no object was lost", device.name);
            }
        }
        log.info("{} device(s) looked at", state.devices.length);
        return new Result(log);
    }
}
