// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.impl;

import java.util.Arrays;
import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Every handler and trusted service that is deployed can be used, and there is a handler for all that must have one. */
@Component(property = {HealthCheck.NAME + "=Ermine handlers", HealthCheck.TAGS + "=ermine"})
public final class HandlersCheck implements HealthCheck {

    private static final List<String> KINDS = List.of("listener", "callback");

    private final TeeRuntime runtime;
    private final List<String> required;

    @Activate
    public HandlersCheck(@Reference TeeRuntime runtime, @Reference HealthLimits limits) {
        this.runtime = runtime;
        required = limits.requiredHandlers();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        RuntimeDTO state = runtime.snapshot();
        for (HandlerDTO handler : state.handlers) {
            log.info(
                    "{} {} of {}: {}",
                    handler.kind,
                    handler.name,
                    handler.bundle,
                    handler.active ? "active" : "standby");
        }
        for (FailedHandlerDTO failed : state.failedHandlers) {
            if (KINDS.contains(failed.kind)) {
                log.warn("{} {} of {} cannot be used: {}", failed.kind, failed.name, failed.bundle, failed.reason);
            }
        }
        for (FailedTrustedServiceDTO failed : state.failedTrustedServices) {
            log.warn("trusted {} {} of {} is out of reach: {}", failed.kind, failed.name, failed.bundle, failed.reason);
        }
        for (String name : required) {
            if (Arrays.stream(state.handlers).noneMatch(handler -> handler.name.equals(name))) {
                log.critical("there is no handler for {}, which must have one", name);
            }
        }
        log.info("{} handler(s) looked at", state.handlers.length);
        return new Result(log);
    }
}
