// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.impl;

import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** No request of the TEE waits too long for its answer. */
@Component(property = {HealthCheck.NAME + "=Ermine requests", HealthCheck.TAGS + "=ermine"})
public final class RequestsCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final long maxMillis;

    @Activate
    public RequestsCheck(@Reference TeeRuntime runtime, @Reference HealthLimits limits) {
        this.runtime = runtime;
        maxMillis = limits.maxRequestMillis();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        int waiting = 0;
        for (DeviceDTO device : runtime.snapshot().devices) {
            for (ContextDTO context : device.contexts) {
                waiting += context.requests.length;
                reportOld(log, device, context);
            }
        }
        log.info("{} request(s) are not answered yet", waiting);
        return new Result(log);
    }

    private void reportOld(FormattingResultLog log, DeviceDTO device, ContextDTO context) {
        for (RequestDTO request : context.requests) {
            if (request.age > maxMillis) {
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
}
