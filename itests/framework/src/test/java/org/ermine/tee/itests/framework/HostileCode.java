// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceListener;

/**
 * A bundle that is called by Ermine at the places that the property {@code places} of the test's {@link UnaryOperator}
 * service names, and does there what that service does: it is given the place, and may answer {@link #RE_ENTER}. For
 * each place some threads see to it that it is called again and again.
 */
public final class HostileCode implements BundleActivator {

    static final String LISTENER = "listener";
    static final String DISPATCH = "dispatch";
    static final String RELEASED = "released";
    static final String NAMED = "named callback";
    static final String APPLICATION = "trusted application";
    static final String SERVICE = "trusted service";
    static final String CONTRIBUTOR = "runtime contributor";
    static final String CHANGES = "listener for changes";
    static final String OBSERVER = "observer";

    /** Without the observer, which is part of each call and would keep the others from being reached. */
    static final List<String> PLACES =
            List.of(LISTENER, DISPATCH, RELEASED, NAMED, APPLICATION, SERVICE, CONTRIBUTOR, CHANGES);

    /** Calls the TEE from where it is. */
    static final String RE_ENTER = "re-enter";

    private static final String NAME = "org.example.hostile";
    private static final int LISTENER_ID = 0x4030;
    private static final int UID = 0x7030;
    private static final int THREADS = 6;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private BundleContext bundle;
    private UnaryOperator<String> behaviour;
    private List<String> places;
    private volatile boolean stopped;

    static TestBundle bundle() {
        return new TestBundle(
                        HostileCode.class,
                        "org.ermine.tee",
                        "org.ermine.tee.mink",
                        "org.ermine.tee.runtime",
                        "org.ermine.tee.spi",
                        "org.ermine.tee.supplicant",
                        "org.ermine.tee.trusted",
                        "org.osgi.dto;version=1.0")
                .with(ProbedApplication.class)
                .with(Letting.class)
                .with(Contributor.class)
                .with(Observer.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void start(BundleContext context) throws BundleException {
        bundle = context;
        var reference = context.getServiceReference(UnaryOperator.class);
        behaviour = context.getService(reference);
        places = Arrays.asList((String[]) reference.getProperty("places"));
        offer();
        for (String place : places) {
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> goOn(place), "hostile client of " + place);
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** What is registered goes back to the framework; the threads end when they are let go. */
    @Override
    public void stop(BundleContext context) {
        stopped = true;
    }

    private void offer() throws BundleException {
        ProbedApplication.offer(bundle, NAME, LISTENER_ID, () -> at(APPLICATION));
        ListenerHandler handler = message -> at(LISTENER);
        register(ListenerHandler.class, handler, ListenerHandler.ID, LISTENER_ID, ListenerHandler.BUFFER_SIZE, 4096);
        CallbackObject named = (op, arguments) -> at(NAMED);
        register(CallbackObject.class, named, CallbackObject.NAME, NAME);
        TrustedService service = client -> {
            at(SERVICE);
            return (op, arguments) -> {};
        };
        register(TrustedService.class, service, TrustedService.UID, UID);
        if (places.contains(CONTRIBUTOR)) {
            register(RuntimeContributor.class, new Contributor(() -> at(CONTRIBUTOR)));
        }
        if (places.contains(OBSERVER)) {
            register(TeeObserver.class, new Observer(() -> at(OBSERVER)));
        }
        if (places.contains(CHANGES)) {
            listenForChanges();
        }
    }

    private void listenForChanges() throws BundleException {
        ServiceListener listener = event -> at(CHANGES);
        try {
            bundle.addServiceListener(listener, "(objectClass=" + TeeRuntime.class.getName() + ")");
        } catch (InvalidSyntaxException e) {
            throw new BundleException("the filter", e);
        }
    }

    private <S> void register(Class<S> type, S service, Object... properties) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put((String) properties[i], properties[i + 1]);
        }
        bundle.registerService(type, service, FrameworkUtil.asDictionary(map));
    }

    private void at(String place) {
        if (places.contains(place) && !stopped && RE_ENTER.equals(behaviour.apply(place))) {
            try (ProbedApplication again = new ProbedApplication(device(), NAME)) {
                again.letGo((op, arguments) -> {});
            } catch (Exception e) {
                throw new IllegalStateException("re-entered in vain: " + e);
            }
        }
    }

    private TeeDevice device() {
        return bundle.getService(bundle.getServiceReference(TeeDevice.class));
    }

    private void goOn(String place) {
        while (!stopped) {
            try (ProbedApplication application = new ProbedApplication(device(), NAME)) {
                while (!stopped) {
                    visit(place, application);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (Exception | Error e) {
                // Hostile code ignores a refusal and tries again.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void visit(String place, ProbedApplication application) throws Exception {
        switch (place) {
            case LISTENER -> application.askListener();
            case DISPATCH -> application.callBack((op, arguments) -> at(DISPATCH));
            case RELEASED -> application.letGo(new Letting(() -> at(RELEASED)));
            case NAMED -> application.callBack(NAME);
            case APPLICATION -> application.inside();
            case SERVICE -> application.environment().open(UID).close();
            case OBSERVER -> application.callBack((op, arguments) -> {});
            case CONTRIBUTOR ->
                bundle.getService(bundle.getServiceReference(TeeRuntime.class)).snapshot();
            default -> device().open().close();
        }
    }

    /** A callback object that has something to do when it is let go. */
    record Letting(Runnable code) implements CallbackObject {
        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void released() {
            code.run();
        }
    }

    record Observer(Runnable code) implements TeeObserver {
        @Override
        public int sampling() {
            return 1;
        }

        @Override
        public Object begin(Activity activity) {
            code.run();
            return null;
        }

        @Override
        public void end(Activity activity, Object begun, Source source, Ended ended) {
            code.run();
        }

        @Override
        public void failed(Source source, long object, int op, TeeException reason) {
            code.run();
        }

        @Override
        public void released(Source source, String kind, long object) {
            code.run();
        }

        @Override
        public void swapped(HandlerSwapDTO swap) {
            code.run();
        }
    }

    record Contributor(Runnable code) implements RuntimeContributor {
        @Override
        public void contribute(RuntimeDTO runtime) {
            code.run();
        }

        @Override
        public void onChange(Runnable listener) {}
    }
}
