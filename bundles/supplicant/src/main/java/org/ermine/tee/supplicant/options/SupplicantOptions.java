// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.options;

import java.util.Map;
import org.ermine.tee.embedded.options.PublishedOptions;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the limits of the supplicant. When they change, another supplicant is made. */
@Component(
        service = {},
        immediate = true,
        configurationPid = SupplicantConfiguration.PID)
@Designate(ocd = SupplicantConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.supplicant.options.Limits\"",
        effective = "active")
public final class SupplicantOptions {

    private static final Logger LOG = LoggerFactory.getLogger(SupplicantOptions.class);

    private final PublishedOptions<SupplicantConfiguration, Limits> options;

    @Activate
    public SupplicantOptions(
            BundleContext bundle, SupplicantConfiguration configuration, Map<String, Object> properties) {
        options = new PublishedOptions<>(
                bundle,
                SupplicantConfiguration.PID,
                SupplicantConfiguration.class,
                configuration,
                properties,
                Limits.class,
                Limits::read,
                LOG::error);
    }

    @Modified
    void modified(SupplicantConfiguration changed, Map<String, Object> properties) {
        options.change(changed, properties);
    }

    @Deactivate
    void deactivate() {
        options.close();
    }
}
