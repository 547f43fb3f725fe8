// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.jmx;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.ermine.tee.runtime.TeeRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statistics in the virtual machine's MBean server, until this is closed. */
final class RegisteredBean implements AutoCloseable {

    static final String NAME = "org.ermine.tee:type=Statistics";

    private static final Logger LOG = LoggerFactory.getLogger(RegisteredBean.class);

    private final ObjectName name;

    private RegisteredBean(ObjectName name) {
        this.name = name;
    }

    static AutoCloseable register(TeeRuntime runtime) throws JMException {
        ObjectName name = new ObjectName(NAME);
        StatisticsMBean statistics = new StatisticsBean(runtime);
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .registerMBean(new StandardMBean(statistics, StatisticsMBean.class), name);
            return new RegisteredBean(name);
        } catch (InstanceAlreadyExistsException e) {
            LOG.warn("{} is taken, by another framework in this virtual machine", NAME);
            return () -> {};
        }
    }

    @Override
    public void close() throws JMException {
        ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    }
}
