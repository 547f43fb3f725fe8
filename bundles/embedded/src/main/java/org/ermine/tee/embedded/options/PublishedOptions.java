// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.DaemonThreads;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * {@link Options} for a component that cannot change while it is at work. What is in force is a service of the bundle,
 * which the component refers to: where a change makes a difference another service takes its place, and Declarative
 * Services another component that of the former; where it is refused or makes no difference, nothing happens. At the
 * start, an option that is wrong and for which no default may stand in keeps the service away until it is right. What
 * is wrong may be that a disk is not mounted yet: so the options are read again every few seconds, by a thread that
 * exists as long as the service is kept away.
 *
 * <p>Owned by a component that has the configuration and nothing else. Changed and closed by one thread at a time.
 * {@code this} guards the fields; services are registered and unregistered without it.
 *
 * @param <C> the component property type, with a default for each option
 * @param <S> what the component makes of its options, and the type of the service
 */
public final class PublishedOptions<C extends Annotation, S> implements AutoCloseable {

    private static final long AGAIN_MILLIS = 5000;

    private final BundleContext bundle;
    private final String pid;
    private final Class<S> service;
    private final BiFunction<C, Map<String, ?>, Options<C, S>> start;
    private final Consumer<String> refusals;
    private final RepeatLog failures;
    private final long againMillis;
    private volatile Runnable changeListener;
    /** Why there is no service; null if there is one. */
    private volatile String problem;

    private C latest;
    private Map<String, ?> latestProperties;
    /** Null as long as there is nothing that can be in force. */
    private Options<C, S> options;

    private ServiceRegistration<S> registration;
    /** Null as long as there is a service. */
    private ScheduledThreadPoolExecutor timer;

    private boolean closed;

    /**
     * Reads the options, and publishes what is in force.
     *
     * @param bundle the component's bundle
     * @param pid the configuration's PID
     * @param type the component property type
     * @param configured the options as the component got them
     * @param properties of the component
     * @param service the type of the service, private to the bundle
     * @param reading reads all options
     * @param refusals told of each option that is refused, for the log
     */
    public PublishedOptions(
            BundleContext bundle,
            String pid,
            Class<C> type,
            C configured,
            Map<String, ?> properties,
            Class<S> service,
            Function<OptionReader<C>, S> reading,
            Consumer<String> refusals) {
        this(bundle, pid, type, configured, properties, service, reading, refusals, AGAIN_MILLIS);
    }

    PublishedOptions(
            BundleContext bundle,
            String pid,
            Class<C> type,
            C configured,
            Map<String, ?> properties,
            Class<S> service,
            Function<OptionReader<C>, S> reading,
            Consumer<String> refusals,
            long againMillis) {
        this.bundle = bundle;
        this.pid = pid;
        this.againMillis = againMillis;
        this.service = service;
        this.refusals = refusals;
        failures = new RepeatLog(refusals);
        OptionNames names = new OptionNames(pid, type, refusals);
        start = (options, from) -> new Options<>(pid, type, options, from, reading, refusals, names);
        change(configured, properties);
    }

    /** Takes changed options over, as {@link Options#change}. */
    public void change(C configured, Map<String, ?> properties) {
        ServiceRegistration<S> former = null;
        S fresh = null;
        synchronized (this) {
            latest = configured;
            latestProperties = properties;
            if (options == null ? start() : options.change(configured, properties)) {
                former = registration;
                registration = null;
                fresh = options.inForce();
            }
        }
        if (former != null) {
            former.unregister();
        }
        if (fresh != null) {
            publish(fresh);
        }
        changed();
    }

    /** What is in force; null if the service is kept away. */
    public synchronized S inForce() {
        return options == null ? null : options.inForce();
    }

    /**
     * Tells why the service is kept away, if it is, among the handlers that cannot be used.
     *
     * @param kind of what needs the service, see {@link FailedHandlerDTO#kind}
     * @param name of what needs the service
     */
    public void contribute(RuntimeDTO runtime, String kind, String name) {
        String reason = problem;
        if (reason == null) {
            return;
        }
        Bundle owner = bundle.getBundle();
        FailedHandlerDTO dto = new FailedHandlerDTO();
        dto.kind = kind;
        dto.name = name;
        dto.bundle = OwnerName.of(owner);
        dto.serviceId = -1;
        dto.reason = reason;
        runtime.failedHandlers =
                Stream.concat(Stream.of(runtime.failedHandlers), Stream.of(dto)).toArray(FailedHandlerDTO[]::new);
    }

    /**
     * Says who is told when what {@link #contribute} tells changed; in the place of whoever was told before.
     *
     * @param listener called on any thread, must neither block nor throw; null for nobody
     */
    public void onChange(Runnable listener) {
        changeListener = listener;
    }

    @Override
    public void close() {
        ServiceRegistration<S> last;
        synchronized (this) {
            closed = true;
            stopTimer();
            last = registration;
            registration = null;
        }
        if (last != null) {
            last.unregister();
        }
    }

    /** Whether there is something that can be in force. Holds the monitor. */
    private boolean start() {
        String before = problem;
        try {
            options = start.apply(latest, latestProperties);
            problem = null;
            stopTimer();
            return true;
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
            startTimer();
        }
        if (!problem.equals(before)) {
            refusals.accept(problem + "; nothing else may be in force, so it is looked for again until it is right");
        }
        return false;
    }

    /** Whatever is thrown, the next look follows: a timer would end with it. */
    private void lookAgain() {
        try {
            startAgain();
        } catch (Throwable e) {
            failures.tell("failed", () -> "options of " + pid + " cannot be read for now: " + FailureText.of(e));
        }
    }

    private void startAgain() {
        S fresh;
        synchronized (this) {
            if (closed || options != null || !start()) {
                return;
            }
            fresh = options.inForce();
        }
        publish(fresh);
        changed();
    }

    private void startTimer() {
        if (timer == null) {
            timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("ermine-options " + pid));
            timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
            timer.scheduleWithFixedDelay(this::lookAgain, againMillis, againMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** The thread ends by itself: it may be the one that calls. */
    private void stopTimer() {
        if (timer != null) {
            timer.shutdown();
            timer = null;
        }
    }

    /** What was changed or closed meanwhile is withdrawn again. */
    private void publish(S fresh) {
        ServiceRegistration<S> published = bundle.registerService(service, fresh, null);
        boolean isLatest;
        synchronized (this) {
            isLatest = !closed && options.inForce() == fresh && registration == null;
            if (isLatest) {
                registration = published;
            }
        }
        if (!isLatest) {
            published.unregister();
        }
    }

    private void changed() {
        Runnable listener = changeListener;
        if (listener != null) {
            listener.run();
        }
    }
}
