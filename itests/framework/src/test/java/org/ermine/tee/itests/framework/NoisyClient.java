// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * A client that makes each mistake there is again and again, and hosts callback objects that answer the TEE wrongly. It
 * answers with how many mistakes it made, all of which were refused.
 */
public final class NoisyClient implements BundleActivator {

    private BundleContext bundle;

    static TestBundle bundle() {
        return new TestBundle(NoisyClient.class, "org.ermine.tee", "org.ermine.tee.mink")
                .with(Mistake.class)
                .with(Answer.class)
                .with(Wrong.class);
    }

    /** Something that must fail. */
    interface Mistake {
        void make() throws TeeException;
    }

    /** What a callback object does instead of an answer. */
    interface Answer {
        void give(IncomingArguments arguments) throws TeeException;
    }

    /** Credentials that answer the TEE wrongly. */
    enum Wrong implements CallbackObject {
        ERROR(arguments -> {
            throw new NoClassDefFoundError("thrown by a client");
        }),
        EXCEPTION(arguments -> {
            throw new IllegalStateException("thrown by a client");
        }),
        REFUSAL(arguments -> arguments.expect(9, 9, 9, 9)),
        OVERFLOW(arguments -> arguments.output(0).put(new byte[1 << 16])),
        NONSENSE(arguments -> fill(arguments.output(0))),
        SILENCE(arguments -> {}),
        INTERRUPT(arguments -> Thread.currentThread().interrupt()),
        FAILED_RELEASE(arguments -> {});

        private final Answer answer;

        Wrong(Answer answer) {
            this.answer = answer;
        }

        private static void fill(ByteBuffer output) {
            while (output.hasRemaining()) {
                output.put((byte) 0xff);
            }
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            answer.give(arguments);
        }

        @Override
        public void released() {
            if (this == FAILED_RELEASE) {
                throw new StackOverflowError("thrown by a client");
            }
        }
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        context.registerService(Callable.class, this::work, FrameworkUtil.asDictionary(Map.of("noisy", true)));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    private Integer work() throws TeeException {
        int rounds = Integer.getInteger("noise.rounds");
        ServiceReference<TeeDevice> reference = bundle.getServiceReference(TeeDevice.class);
        TeeDevice device = bundle.getService(reference);
        int made = 0;
        try (TeeContext tee = device.open()) {
            List<Mistake> mistakes = mistakes(tee);
            for (int round = 0; round < rounds; round++) {
                for (Mistake mistake : mistakes) {
                    make(mistake);
                    made++;
                }
                for (Wrong wrong : Wrong.values()) {
                    make(() -> register(tee, wrong));
                    made++;
                }
            }
        } finally {
            bundle.ungetService(reference);
        }
        return made;
    }

    private static void register(TeeContext tee, CallbackObject credentials) throws TeeException {
        tee.root()
                .invoke(
                        ClientEnv.OP_REGISTER_AS_CLIENT,
                        new Arguments().in(credentials).outObject());
    }

    private List<Mistake> mistakes(TeeContext tee) throws TeeException {
        Arguments arguments = new Arguments().in(tee.credentials()).outObject();
        tee.root().invoke(ClientEnv.OP_REGISTER_AS_CLIENT, arguments);
        TeeObject environment = arguments.teeObject(1);
        TeeObject closed = environment.duplicate();
        closed.close();
        return List.of(
                () -> tee.root().invoke(9000, new Arguments()),
                () -> tee.root().invoke(-1, new Arguments()),
                () -> tee.root().invoke(1, new Arguments().in(new byte[3]).outObject()),
                () -> tee.root()
                        .invoke(5, new Arguments().in((ObjectReference) null).outObject()),
                () -> tee.root().invoke(0, many(17)),
                () -> tee.root().invoke(0, many(200)),
                () -> tee.root().invoke(0, new Arguments().in(new byte[8 << 20])),
                () -> environment.invoke(
                        0, new Arguments().in(new byte[] {1, 2, 3}).outObject()),
                () -> environment.invoke(
                        0, new Arguments().in(new byte[] {-1, -1, -1, 127}).outObject()),
                () -> environment.invoke(9000, new Arguments()),
                () -> closed.invoke(0, new Arguments()),
                () -> tee.allocate(Integer.MAX_VALUE));
    }

    private static Arguments many(int count) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < count; i++) {
            arguments.in(new byte[1]);
        }
        return arguments;
    }

    private static void make(Mistake mistake) {
        try {
            mistake.make();
        } catch (TeeException | IllegalStateException | IllegalArgumentException e) {
            return;
        }
        throw new AssertionError("nobody refused " + mistake);
    }
}
