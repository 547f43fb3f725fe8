// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.ByteBuffer;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** A client's connection to a trusted application of its own bundle, which goes wherever the client wants it to. */
final class ProbedApplication implements AutoCloseable {

    private static final int INSIDE = 0;
    private static final int CALL_BACK = 1;
    private static final int ASK_LISTENER = 2;
    private static final int LET_GO = 3;

    private final TeeContext context;
    private final ClientEnv environment;
    private final TeeObject application;

    ProbedApplication(TeeDevice device, String name) throws TeeException {
        context = device.open();
        boolean complete = false;
        try {
            environment = ClientEnv.register(context);
            try (AppLoader loader = AppLoader.open(environment);
                    AppController controller = loader.connectOrLoadEmbedded(name)) {
                application = controller.appObject();
            }
            complete = true;
        } finally {
            if (!complete) {
                context.close();
            }
        }
    }

    /**
     * Offers the application.
     *
     * @param inside what its code does by itself
     */
    static void offer(BundleContext bundle, String name, int listener, Runnable inside) {
        TrustedApplication application = secure -> (TrustedObject) (op, arguments) -> {
            switch (op) {
                case INSIDE -> inside.run();
                case CALL_BACK -> ((NormalObject) arguments.inputObject(0)).invoke(0, new Arguments());
                case ASK_LISTENER -> secure.request(listener, ByteBuffer.allocate(Long.BYTES));
                default -> {
                    // It releases what it was given.
                }
            }
        };
        bundle.registerService(
                TrustedApplication.class,
                application,
                FrameworkUtil.asDictionary(Map.of(TrustedApplication.NAME, name)));
    }

    ClientEnv environment() {
        return environment;
    }

    void inside() throws TeeException {
        application.invoke(INSIDE, new Arguments());
    }

    void callBack(CallbackObject object) throws TeeException {
        application.invoke(CALL_BACK, new Arguments().in(object));
    }

    void callBack(String name) throws TeeException {
        callBack(context.callback(name));
    }

    void askListener() throws TeeException {
        application.invoke(ASK_LISTENER, new Arguments());
    }

    void letGo(CallbackObject object) throws TeeException {
        application.invoke(LET_GO, new Arguments().in(object));
    }

    @Override
    public void close() {
        context.close();
    }
}
