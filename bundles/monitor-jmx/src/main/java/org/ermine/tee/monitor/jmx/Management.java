// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.jmx;

import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Keeps the statistics in JMX while there is somebody who counts. */
@Component(
        service = {},
        immediate = true)
public final class Management {

    private final AutoCloseable bean;

    @Activate
    public Management(@Reference(name = "runtime") TeeRuntime runtime) throws Exception {
        bean = RegisteredBean.register(runtime);
    }

    @Deactivate
    void deactivate() throws Exception {
        bean.close();
    }
}
