// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

/**
 * Checks that every handler and trusted service that is deployed can be used, and that there are all handlers that must
 * be there.
 */
@Component(property = {HealthCheck.NAME + "=Ermine handlers", HealthCheck.TAGS + "=ermine"})
public final class HandlersCheck implements HealthCheck {

    private static final List<String> KINDS = List.of("listener", "callback");

    private final TeeRuntime runtime;
    private final List<String> required;

    @Activate
    public HandlersCheck(
            @Reference(name = "runtime") TeeRuntime runtime, @Reference(name = "limits") HealthLimits limits) {
        this.runtime = runtime;
        required = limits.requiredHandlers();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        RuntimeDTO state = runtime.snapshot(0);
        Shortened.forEach(state.handlers, handler -> report(log, handler), more -> log.info("and {} more", more));
        FailedHandlerDTO[] failed = Arrays.stream(state.failedHandlers)
                .filter(each -> KINDS.contains(each.kind))
                .toArray(FailedHandlerDTO[]::new);
        Shortened.forEach(failed, each -> report(log, each), more -> log.warn("and {} more cannot be used", more));
        Shortened.forEach(
                state.failedTrustedServices,
                each -> report(log, each),
                more -> log.warn("and {} more are out of reach", more));
        reportMissing(log, state);
        log.info("{} handler(s) looked at", state.handlers.length);
        return new Result(log);
    }

    private static void report(FormattingResultLog log, HandlerDTO handler) {
        log.info("{} {} of {}: {}", handler.kind, handler.name, handler.bundle, handler.active ? "active" : "standby");
    }

    private static void report(FormattingResultLog log, FailedHandlerDTO failed) {
        log.warn("{} {} of {} cannot be used: {}", failed.kind, failed.name, failed.bundle, failed.reason);
    }

    private static void report(FormattingResultLog log, FailedTrustedServiceDTO failed) {
        log.warn("trusted {} {} of {} is out of reach: {}", failed.kind, failed.name, failed.bundle, failed.reason);
    }

    private void reportMissing(FormattingResultLog log, RuntimeDTO state) {
        Set<String> missing = new LinkedHashSet<>(required);
        for (HandlerDTO handler : state.handlers) {
            missing.remove(handler.name);
        }
        missing.forEach(name -> log.critical("there is no handler for {}, which must have one", name));
    }
}
