// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The operator said who may do what, unless all may. */
@Component(property = {HealthCheck.NAME + "=Ermine permissions", HealthCheck.TAGS + "=ermine"})
public final class PermissionsCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final boolean openAllowed;

    @Activate
    public PermissionsCheck(@Reference TeeRuntime runtime, @Reference HealthLimits limits) {
        this.runtime = runtime;
        openAllowed = limits.openPermissionsAllowed();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        PermissionsDTO permissions = runtime.snapshot(0).permissions;
        if (!permissions.failure.isEmpty()) {
            log.critical("nothing is permitted to anybody: {}", permissions.failure);
        }
        for (String option : permissions.leftOpen) {
            if (openAllowed) {
                log.info("permissions left open, as is allowed here: {}", option);
            } else {
                log.warn("permissions left open, to every bundle: {}", option);
            }
        }
        for (RefusalDTO refusal : permissions.refusals) {
            log.info(
                    "{} was refused {} time(s) by {}, last {}: {}",
                    refusal.bundle,
                    refusal.count,
                    refusal.option,
                    refusal.name,
                    refusal.reason);
        }
        log.info("{} rule(s) in force, {} refusal(s)", permissions.rules.length, permissions.refused);
        return new Result(log);
    }
}
