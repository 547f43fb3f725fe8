// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
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
 * A client of the {@link StagedApplication} in a {@link TestBundle} of its own: makes as many invocations as the
 * property with its name of the test's {@link Stage} has numbers, each on a thread and in a context of its own, and
 * each with so many callbacks, one within the other. Each place it gets to it tells the stage, which may keep it there;
 * and a {@link Consumer} of the test how each invocation ended, and that a callback object was released.
 */
public final class StagedClient implements BundleActivator {

    static final String THREAD = "staged client";

    private static final String APPLICATION = "org.example.staged";

    /** Makes a message too large for the buffer that the backend keeps: it takes memory for each. */
    private static final int LARGE = 8192;

    private UnaryOperator<String> stage;
    private Consumer<String> journal;

    @Override
    @SuppressWarnings("unchecked")
    public void start(BundleContext context) {
        var reference = context.getServiceReference(UnaryOperator.class);
        stage = context.getService(reference);
        journal = context.getService(context.getServiceReference(Consumer.class));
        TeeDevice device = context.getService(context.getServiceReference(TeeDevice.class));
        String symbolicName = context.getBundle().getSymbolicName();
        String name = symbolicName.substring(symbolicName.lastIndexOf('.') + 1);
        int[] depths = (int[]) reference.getProperty(name);
        for (int i = 0; i < depths.length; i++) {
            Invocation invocation = new Invocation(name + "." + i, depths[i]);
            new Thread(() -> invocation.run(device), THREAD).start();
        }
    }

    /** The contexts are left to the framework to close. */
    @Override
    public void stop(BundleContext context) {}

    private final class Invocation {

        private final String name;
        private final int depth;
        private TeeObject application;

        Invocation(String name, int depth) {
            this.name = name;
            this.depth = depth;
        }

        void run(TeeDevice device) {
            String outcome;
            try (TeeContext tee = device.open();
                    ClientEnv environment = ClientEnv.register(tee);
                    AppLoader loader = AppLoader.open(environment);
                    AppController controller = loader.connectOrLoadEmbedded(APPLICATION);
                    TeeObject connected = controller.appObject()) {
                application = connected;
                stage.apply(name + ".ready");
                outcome = Integer.toString(invoke(1));
            } catch (TeeException e) {
                outcome = e.errno().map(errno -> errno + ", ").orElse("") + e.result();
            } catch (RuntimeException e) {
                outcome = e.toString();
            }
            journal.accept(name + ": " + outcome);
        }

        /** Level by level: each callback invokes the next level, the last one answers 100; each level adds to that. */
        private int invoke(int level) throws TeeException {
            byte[] input = (name + "." + level).getBytes(StandardCharsets.UTF_8);
            ByteBuffer output = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            application.invoke(
                    level,
                    new Arguments().in(input).in(new byte[LARGE]).out(output).in(callback(level)));
            return output.getInt(0);
        }

        private CallbackObject callback(int level) {
            return new CallbackObject() {
                @Override
                public void dispatch(int op, IncomingArguments arguments) throws TeeException {
                    stage.apply(name + "." + level + ".dispatch");
                    arguments.output(0).putInt(level == depth ? 100 : invoke(level + 1) + 10);
                }

                @Override
                public void released() {
                    journal.accept(name + "." + level + ": released");
                }
            };
        }
    }
}
