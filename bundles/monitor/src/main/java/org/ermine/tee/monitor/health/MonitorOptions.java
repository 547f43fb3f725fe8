// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.Map;
import org.ermine.tee.embedded.options.PublishedOptions;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the options of the health checks; a change of them makes the checks anew. */
@Component(
        service = {},
        immediate = true,
        configurationPid = HealthOptions.PID)
@Designate(ocd = HealthOptions.class)
public final class MonitorOptions {

    private static final Logger LOG = LoggerFactory.getLogger(MonitorOptions.class);

    private final PublishedOptions<HealthOptions, HealthLimits> options;

    @Activate
    public MonitorOptions(BundleContext bundle, HealthOptions configured, Map<String, Object> properties) {
        options = new PublishedOptions<>(
                bundle,
                HealthOptions.PID,
                HealthOptions.class,
                configured,
                properties,
                HealthLimits.class,
                HealthLimits::read,
                LOG::error);
    }

    @Modified
    void modified(HealthOptions changed, Map<String, Object> properties) {
        options.change(changed, properties);
    }

    @Deactivate
    void deactivate() {
        options.close();
    }
}
