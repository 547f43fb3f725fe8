// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.options;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * {@link Options} for a component that cannot change while it is at work. What is in force is a service of the bundle, which
 * the component refers to: where a change makes a difference another service takes its place, and Declarative Services another
 * component that of the former; where it is refused or makes no difference, nothing happens. At the start, an option that is
 * wrong and for which no default may stand in keeps the service away until it is right.
 *
 * <p>Owned by a component that has the configuration and nothing else. Changed and closed by one thread at a time.
 *
 * @param <C> the component property type, with a default for each option
 * @param <S> what the component makes of its options, and the type of the service
 */
public final class PublishedOptions<C extends Annotation, S> implements AutoCloseable {

    private final BundleContext bundle;
    private final Class<S> service;
    private final Function<C, Options<C, S>> start;
    private final Consumer<String> refusals;
    private final OptionNames names;
    /** Both null as long as there is nothing that can be in force. */
    private Options<C, S> options;

    private ServiceRegistration<S> registration;

    /**
     * Reads the options, and publishes what is in force.
     *
     * @param bundle the component's bundle
     * @param pid the configuration's PID
     * @param configured the options as the component got them
     * @param type the component property type
     * @param service the type of the service, private to the bundle
     * @param reading reads all options
     * @param refusals told of each option that is refused, for the log
     */
    public PublishedOptions(
            BundleContext bundle,
            String pid,
            Class<C> type,
            C configured,
            Class<S> service,
            Function<OptionReader<C>, S> reading,
            Consumer<String> refusals) {
        this.bundle = bundle;
        this.service = service;
        this.refusals = refusals;
        names = new OptionNames(pid, type, refusals);
        start = options -> new Options<>(pid, type, options, reading, refusals);
        start(configured);
    }

    /** Takes changed options over, if all of them are right. */
    public void change(C configured) {
        if (options == null) {
            start(configured);
        } else if (options.change(configured)) {
            registration.unregister();
            publish();
        }
    }

    /** As {@link Options#checkNames}. */
    public void checkNames(Map<String, ?> properties) {
        names.check(properties.keySet());
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.unregister();
        }
    }

    private void start(C configured) {
        try {
            options = start.apply(configured);
        } catch (IllegalArgumentException e) {
            refusals.accept(e.getMessage() + "; nothing else may be in force, so it is waited for one that is right");
            return;
        }
        publish();
    }

    private void publish() {
        registration = bundle.registerService(service, options.inForce(), null);
    }
}
