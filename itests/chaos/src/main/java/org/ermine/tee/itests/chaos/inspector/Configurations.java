// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.inspector;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/**
 * Changes configurations, and waits until components have heard of it. Configuration Admin tells its listeners, of
 * which Declarative Services is one, on a thread of its own, one change after the other. So when they hear of a mark,
 * which is a configuration that nobody has, all have heard of what was changed before.
 */
final class Configurations implements ConfigurationListener {

    private static final String MARK = "chaos.mark";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final BundleContext context;
    /** Guarded by this, as the next one. */
    private int made;

    private int heard;

    Configurations(BundleContext context) {
        this.context = context;
    }

    @Override
    public synchronized void configurationEvent(ConfigurationEvent event) {
        if (MARK.equals(event.getPid())) {
            heard++;
            notifyAll();
        }
    }

    /** @param options empty to take the configuration away */
    void change(String pid, Map<String, Object> options) throws IOException, InterruptedException, TimeoutException {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        try {
            ConfigurationAdmin admin = context.getService(reference);
            Configuration configuration = admin.getConfiguration(pid, "?");
            if (options.isEmpty()) {
                configuration.delete();
            } else {
                configuration.update(new Hashtable<>(options));
            }
            mark(admin);
        } finally {
            context.ungetService(reference);
        }
    }

    private void mark(ConfigurationAdmin admin) throws IOException, InterruptedException, TimeoutException {
        int mark;
        synchronized (this) {
            mark = ++made;
        }
        admin.getConfiguration(MARK, "?").update(new Hashtable<>(Map.of("mark", mark)));
        awaitHeard(mark, System.nanoTime() + PATIENCE_NANOS);
    }

    private synchronized void awaitHeard(int mark, long deadline) throws InterruptedException, TimeoutException {
        while (heard < mark) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException("listeners do not hear of a configuration");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
