// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * A bundle that offers one service of each kind that Ermine takes, and does not return where a service object is got or
 * given back, as the property {@code hangs} of the test's {@link CountDownLatch} service says, until that is counted
 * down.
 */
public final class HangingFactory implements BundleActivator {

    static final String GETTING = "getting";
    static final String GIVING_BACK = "giving back";

    private static final String NAME = "org.example.hanging";
    private static final int LISTENER_ID = 0x4041;
    private static final int UID = 0x7041;

    private BundleContext bundle;
    private CountDownLatch end;
    private String hangs;

    static TestBundle bundle() {
        return new TestBundle(
                        HangingFactory.class, "org.ermine.tee", "org.ermine.tee.supplicant", "org.ermine.tee.trusted")
                .with(Factory.class);
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        var reference = context.getServiceReference(CountDownLatch.class);
        end = context.getService(reference);
        hangs = (String) reference.getProperty("hangs");
        ListenerHandler listener = message -> {};
        register(ListenerHandler.class, listener, ListenerHandler.ID, LISTENER_ID, ListenerHandler.BUFFER_SIZE, 4096);
        CallbackObject named = (op, arguments) -> {};
        register(CallbackObject.class, named, CallbackObject.NAME, NAME);
        TrustedService service = client -> (op, arguments) -> {};
        register(TrustedService.class, service, TrustedService.UID, UID);
        TrustedApplication application = environment -> (op, arguments) -> {};
        register(TrustedApplication.class, application, TrustedApplication.NAME, NAME);
    }

    /** What is registered goes back to the framework. */
    @Override
    public void stop(BundleContext context) {}

    private <S> void register(Class<S> type, S service, Object... properties) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put((String) properties[i], properties[i + 1]);
        }
        ServiceFactory<S> factory = new Factory<>(service, () -> at(GETTING), () -> at(GIVING_BACK));
        bundle.registerService(type, factory, FrameworkUtil.asDictionary(map));
    }

    private void at(String place) {
        while (place.equals(hangs) && end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                // It ignores interrupts.
            }
        }
    }

    record Factory<S>(S service, Runnable getting, Runnable givingBack) implements ServiceFactory<S> {

        @Override
        public S getService(Bundle user, ServiceRegistration<S> registration) {
            getting.run();
            return service;
        }

        @Override
        public void ungetService(Bundle user, ServiceRegistration<S> registration, S given) {
            givingBack.run();
        }
    }
}
