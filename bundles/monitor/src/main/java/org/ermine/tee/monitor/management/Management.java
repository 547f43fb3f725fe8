// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.management;

import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the statistics in JMX, where Java has JMX. The class refers to none of JMX's types. */
@Component(
        service = {},
        immediate = true)
public final class Management {

    private static final Logger LOG = LoggerFactory.getLogger(Management.class);

    private final AutoCloseable bean;

    @Activate
    public Management(@Reference(name = "runtime") TeeRuntime runtime) throws Exception {
        bean = register(runtime);
    }

    private static AutoCloseable register(TeeRuntime runtime) throws Exception {
        try {
            return RegisteredBean.register(runtime);
        } catch (NoClassDefFoundError e) {
            LOG.debug("no statistics in JMX: {}", e.toString());
            return () -> {};
        }
    }

    @Deactivate
    void deactivate() throws Exception {
        bean.close();
    }
}
