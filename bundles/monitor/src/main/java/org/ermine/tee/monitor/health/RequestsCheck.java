// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.OwnerDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Checks that no request of the TEE waits too long for its answer. */
@Component(property = {HealthCheck.NAME + "=Ermine requests", HealthCheck.TAGS + "=ermine"})
public final class RequestsCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final long maxMillis;

    @Activate
    public RequestsCheck(
            @Reference(name = "runtime") TeeRuntime runtime, @Reference(name = "limits") HealthLimits limits) {
        this.runtime = runtime;
        maxMillis = limits.maxRequestMillis();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        long waiting = 0;
        for (DeviceDTO device : runtime.snapshot(Shortened.MOST).devices) {
            for (OwnerDTO owner : device.owners) {
                waiting += owner.requests;
                reportOld(log, device, owner);
            }
            List<Old> old = old(device);
            Shortened.forEach(
                    old.toArray(Old[]::new),
                    each -> each.report(log, device),
                    more -> log.warn("{}: and {} more in these contexts", device.name, more));
        }
        log.info("{} request(s) are not answered yet", waiting);
        return new Result(log);
    }

    private void reportOld(FormattingResultLog log, DeviceDTO device, OwnerDTO owner) {
        if (owner.oldestRequest > maxMillis) {
            log.warn(
                    "{}: {} request(s) to {} are not answered, the oldest for {} ms",
                    device.name,
                    owner.requests,
                    owner.owner,
                    owner.oldestRequest);
        }
    }

    private List<Old> old(DeviceDTO device) {
        List<Old> old = new ArrayList<>();
        for (ContextDTO context : device.contexts) {
            for (RequestDTO request : context.requests) {
                if (request.age > maxMillis) {
                    old.add(new Old(context, request));
                }
            }
        }
        return old;
    }

    /** A request that waits for too long. */
    private record Old(ContextDTO context, RequestDTO request) {

        void report(FormattingResultLog log, DeviceDTO device) {
            log.warn(
                    "{}: request {} to object {} of {} (context {}) is {} for {} ms",
                    device.name,
                    request.id,
                    request.object,
                    context.owner,
                    context.id,
                    request.state,
                    request.age);
        }
    }
}
