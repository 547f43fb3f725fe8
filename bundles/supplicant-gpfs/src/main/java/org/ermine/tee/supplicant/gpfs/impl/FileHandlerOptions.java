// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.util.Map;
import org.ermine.tee.embedded.options.PublishedOptions;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the root directories. When they change, another file handler is made. As long as there is none because a
 * directory cannot be there, {@code tee:handlers} lists why.
 */
@Component(service = RuntimeContributor.class, immediate = true, configurationPid = FileHandlerConfiguration.PID)
@Designate(ocd = FileHandlerConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.supplicant.gpfs.impl.Roots\"",
        effective = "active")
public final class FileHandlerOptions implements RuntimeContributor {

    private static final Logger LOG = LoggerFactory.getLogger(FileHandlerOptions.class);

    private final PublishedOptions<FileHandlerConfiguration, Roots> options;

    @Activate
    public FileHandlerOptions(
            BundleContext bundle, FileHandlerConfiguration configuration, Map<String, Object> properties) {
        options = new PublishedOptions<>(
                bundle,
                FileHandlerConfiguration.PID,
                FileHandlerConfiguration.class,
                configuration,
                properties,
                Roots.class,
                Roots::read,
                LOG::error);
    }

    @Modified
    void modified(FileHandlerConfiguration changed, Map<String, Object> properties) {
        options.change(changed, properties);
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        options.contribute(runtime, "listener", FileHandler.LISTENER);
    }

    @Override
    public void onChange(Runnable listener) {
        options.onChange(listener);
    }

    @Deactivate
    void deactivate() {
        options.close();
    }
}
