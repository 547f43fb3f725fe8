// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.monitor.rules.RuleSource;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Checks that the operator has limited what bundles may do, unless all may do everything. */
@Component(property = {HealthCheck.NAME + "=Ermine permissions", HealthCheck.TAGS + "=ermine"})
public final class PermissionsCheck implements HealthCheck {

    private final TeeRuntime runtime;
    private final boolean openAllowed;
    private final RuleSource configured;

    /** @param configured null if there is no Configuration Admin */
    @Activate
    public PermissionsCheck(
            @Reference(name = "runtime") TeeRuntime runtime,
            @Reference(name = "limits") HealthLimits limits,
            @Reference(
                            name = "configured",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    RuleSource configured) {
        this.runtime = runtime;
        this.configured = configured;
        openAllowed = limits.openPermissionsAllowed();
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        PermissionsDTO permissions = runtime.snapshot(0).permissions;
        reportDecider(log, permissions);
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

    private void reportDecider(FormattingResultLog log, PermissionsDTO permissions) {
        if (!permissions.enforcedBy.isEmpty()) {
            log.info(
                    "{} decides what is permitted; without a bundle that does, {} is",
                    permissions.enforcedBy,
                    permissions.required ? "nothing" : "everything");
            return;
        }
        if (permissions.failure.isEmpty()) {
            log.info("no bundle decides what is permitted: everything is, but to speak for others");
        }
        for (String option : configured == null ? List.<String>of() : configured.options()) {
            log.warn("there are rules for {}, and no bundle that decides by them", option);
        }
    }
}
