// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A trusted application, a listener handler and clients of both in one bundle. Each place that an invocation gets to
 * asks the test's {@link UnaryOperator} service, with the place's name, which may keep it there. The clients, one for
 * each invocation that the property {@code invocations} of that service names, tell the test's {@link Consumer} service
 * how theirs ended.
 */
public final class BusyBundle implements BundleActivator {

    /** The place is in the trusted application. */
    static final String WORLD = "world";
    /** The place is in a callback object of the client. */
    static final String CALLBACK = "callback";
    /** The place is in the listener handler. */
    static final String LISTENER = "listener";

    private static final String APPLICATION = "org.example.busy";
    private static final int LISTENER_ID = 0x4010;

    private UnaryOperator<String> places;
    private Consumer<String> ended;

    static TestBundle bundle() {
        return new TestBundle(
                BusyBundle.class,
                "org.ermine.tee",
                "org.ermine.tee.mink",
                "org.ermine.tee.supplicant",
                "org.ermine.tee.trusted");
    }

    @Override
    @SuppressWarnings("unchecked")
    public void start(BundleContext context) {
        var reference = context.getServiceReference(UnaryOperator.class);
        places = context.getService(reference);
        ended = context.getService(context.getServiceReference(Consumer.class));
        TrustedApplication application = environment -> (TrustedObject) (op, arguments) -> {
            switch (op) {
                case 0 -> places.apply(WORLD);
                case 1 -> ((NormalObject) arguments.inputObject(0)).invoke(0, new Arguments());
                default -> environment.request(LISTENER_ID, ByteBuffer.allocate(8));
            }
        };
        ListenerHandler handler = message -> places.apply(LISTENER);
        context.registerService(
                TrustedApplication.class,
                application,
                FrameworkUtil.asDictionary(Map.of(TrustedApplication.NAME, APPLICATION)));
        context.registerService(
                ListenerHandler.class,
                handler,
                FrameworkUtil.asDictionary(Map.of(ListenerHandler.ID, LISTENER_ID, ListenerHandler.BUFFER_SIZE, 4096)));
        TeeDevice device = context.getService(context.getServiceReference(TeeDevice.class));
        for (String place : (String[]) reference.getProperty("invocations")) {
            new Thread(() -> ended.accept(outcome(device, place)), "busy client").start();
        }
    }

    /** What is registered and what was got goes back to the framework. */
    @Override
    public void stop(BundleContext context) {}

    private String outcome(TeeDevice device, String place) {
        try (TeeContext tee = device.open();
                ClientEnv environment = ClientEnv.register(tee);
                AppLoader loader = AppLoader.open(environment);
                AppController controller = loader.connectOrLoadEmbedded(APPLICATION);
                TeeObject application = controller.appObject()) {
            invoke(application, place);
            return place + ": done";
        } catch (TeeException e) {
            return place + ": " + e.result();
        } catch (RuntimeException e) {
            return place + ": " + e;
        }
    }

    private void invoke(TeeObject application, String place) throws TeeException {
        switch (place) {
            case WORLD -> application.invoke(0, new Arguments());
            case CALLBACK -> {
                CallbackObject callback = (op, arguments) -> places.apply(CALLBACK);
                application.invoke(1, new Arguments().in(callback));
            }
            default -> askListener(application);
        }
    }

    /** QTEE is told of the listener in the background. */
    private static void askListener(TeeObject application) throws TeeException {
        while (true) {
            try {
                application.invoke(2, new Arguments());
                return;
            } catch (TeeException e) {
                if (!e.result().equals(TeeResult.UNAVAIL) || e.errno().isPresent()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
