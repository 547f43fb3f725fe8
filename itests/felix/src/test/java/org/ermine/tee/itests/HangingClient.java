// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * A client in a {@link TestBundle} of its own, whose invocation calls back an object that does not answer before the
 * test opens a {@link CountDownLatch}. It tells a {@link Consumer} of the test how the invocation ended.
 */
public final class HangingClient implements BundleActivator {

    private static final String APPLICATION = "org.example.probe";
    private static final int OP_CALL_BACK = 1;

    private CountDownLatch answer;

    @Override
    public void start(BundleContext context) throws Exception {
        answer = service(context, CountDownLatch.class);
        @SuppressWarnings("unchecked")
        Consumer<Throwable> outcome = service(context, Consumer.class);
        TeeContext tee = service(context, TeeDevice.class).open();
        new Thread(() -> outcome.accept(outcomeOf(tee)), "hanging client").start();
    }

    private static <T> T service(BundleContext context, Class<T> type) {
        return context.getService(context.getServiceReference(type));
    }

    /** The context is left to the framework to close. */
    @Override
    public void stop(BundleContext context) {}

    private Throwable outcomeOf(TeeContext tee) {
        try (ClientEnv environment = ClientEnv.register(tee);
                AppLoader loader = AppLoader.open(environment);
                AppController controller = loader.connectOrLoadEmbedded(APPLICATION);
                TeeObject application = controller.appObject()) {
            CallbackObject hanging = (op, arguments) -> awaitAnswer();
            application.invoke(
                    OP_CALL_BACK,
                    new Arguments().in(new byte[1]).out(new byte[1]).in(hanging));
            return null;
        } catch (TeeException | RuntimeException e) {
            return e;
        }
    }

    /** It ignores interrupts. */
    private void awaitAnswer() {
        while (answer.getCount() > 0) {
            try {
                answer.await();
            } catch (InterruptedException e) {
                continue;
            }
        }
    }
}
