// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.spi.TeeObserver;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes core while there is something to measure: it registers the observer then, and unregisters it otherwise.
 *
 * <p>Whatever changes calls {@link #reconcile}. {@code due} counts these calls. The thread that makes it 1 does what is
 * to be done, until there was no further call meanwhile. The fields below it belong to that thread.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = StatisticsConfiguration.PID)
@Designate(ocd = StatisticsConfiguration.class)
public final class Observation {

    private static final Logger LOG = LoggerFactory.getLogger(Observation.class);
    private static final String[] SERVICES = {TeeObserver.class.getName(), RuntimeContributor.class.getName()};

    private final BundleContext bundle;
    private final Options<StatisticsConfiguration, Settings> options;
    private final Observer observer = new Observer();
    private final AutoCloseable recorderWatch;
    private volatile EventSink events;
    private volatile boolean ended;

    private final AtomicInteger due = new AtomicInteger();
    private Statistics statistics;
    private ServiceRegistration<?> registration;

    @Activate
    public Observation(BundleContext bundle, StatisticsConfiguration configuration, Map<String, Object> properties) {
        this.bundle = bundle;
        options = new Options<>(
                StatisticsConfiguration.PID,
                StatisticsConfiguration.class,
                configuration,
                properties,
                Settings::read,
                LOG::error);
        reconcile();
        recorderWatch = watchRecorder();
    }

    /** Without Flight Recorder there is nothing to watch. */
    private AutoCloseable watchRecorder() {
        try {
            return new FlightRecorderWatch(this::record);
        } catch (NoClassDefFoundError e) {
            LOG.debug("no events are recorded: {}", e.toString());
            return () -> {};
        }
    }

    private void record(EventSink sink) {
        events = sink;
        reconcile();
    }

    @Modified
    void modified(StatisticsConfiguration changed, Map<String, Object> properties) {
        if (options.change(changed, properties)) {
            reconcile();
        }
    }

    @Deactivate
    void deactivate() throws Exception {
        ended = true;
        recorderWatch.close();
        reconcile();
    }

    private void reconcile() {
        if (due.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = due.get();
            apply(options.inForce(), events);
        } while (!due.compareAndSet(seen, 0));
    }

    private void apply(Settings settings, EventSink sink) {
        if (!settings.enabled()) {
            statistics = null;
        } else if (statistics == null) {
            statistics = new Statistics();
        }
        observer.use(statistics, sink, settings.sampling());
        boolean wanted = !ended && (statistics != null || sink != null);
        if (wanted && registration == null) {
            registration = bundle.registerService(SERVICES, observer, null);
        } else if (!wanted && registration != null) {
            registration.unregister();
            registration = null;
        }
    }
}
