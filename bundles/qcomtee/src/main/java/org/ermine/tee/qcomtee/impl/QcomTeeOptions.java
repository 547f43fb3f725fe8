// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.Map;
import org.ermine.tee.embedded.options.PublishedOptions;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.limit.QcomTeeConfiguration;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what an operator sets; a change of it closes and reopens the devices. */
@Component(
        service = {},
        immediate = true,
        configurationPid = QcomTeeConfiguration.PID)
@Designate(ocd = QcomTeeConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.qcomtee.limit.DeviceLimits\"",
        effective = "active")
public final class QcomTeeOptions {

    private static final Logger LOG = LoggerFactory.getLogger(QcomTeeOptions.class);

    private final PublishedOptions<QcomTeeConfiguration, DeviceLimits> options;

    @Activate
    public QcomTeeOptions(BundleContext bundle, QcomTeeConfiguration configuration, Map<String, Object> properties) {
        options = new PublishedOptions<>(
                bundle,
                QcomTeeConfiguration.PID,
                QcomTeeConfiguration.class,
                configuration,
                properties,
                DeviceLimits.class,
                DeviceLimits::read,
                LOG::error);
    }

    @Modified
    void modified(QcomTeeConfiguration changed, Map<String, Object> properties) {
        options.change(changed, properties);
    }

    @Deactivate
    void deactivate() {
        options.close();
    }
}
