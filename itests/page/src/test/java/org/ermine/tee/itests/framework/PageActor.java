// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A bundle that does with Ermine what a test tells it: the test calls its {@link UnaryOperator} service, found by the
 * property {@code actor}, with a line such as {@code contexts 3}.
 */
public final class PageActor implements BundleActivator {

    private static final String APPLICATION = "org.example.echo";
    private static final int HEAP_SERVICE = 143;
    private static final int LISTENER = 0x4010;
    private static final int CALL_BACK = 7;
    private static final int ASK = 8;

    private final Deque<TeeContext> contexts = new ArrayDeque<>();
    private final List<AutoCloseable> held = new ArrayList<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final List<Thread> callers = new ArrayList<>();
    private final CountDownLatch answer = new CountDownLatch(1);
    private BundleContext bundle;
    private TeeDevice device;

    static TestBundle bundle(String symbolicName, String version) {
        return new TestBundle(
                        PageActor.class,
                        "org.ermine.tee",
                        "org.ermine.tee.mink",
                        "org.ermine.tee.supplicant",
                        "org.ermine.tee.trusted")
                .as(symbolicName, version);
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        device = context.getService(context.getServiceReference(TeeDevice.class));
        context.registerService(
                UnaryOperator.class,
                (UnaryOperator<String>) this::play,
                FrameworkUtil.asDictionary(Map.of("actor", context.getBundle().getSymbolicName())));
    }

    @Override
    public void stop(BundleContext context) throws InterruptedException {
        answer.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
    }

    private String play(String line) {
        String[] words = line.split(" ", 3);
        try {
            carryOut(words[0], Arrays.copyOfRange(words, 1, words.length));
            return "";
        } catch (TeeException e) {
            throw new IllegalStateException(line, e);
        }
    }

    private void carryOut(String verb, String... operands) throws TeeException {
        switch (verb) {
            case "contexts" -> open(Integer.parseInt(operands[0]));
            case "objects" -> hold(Integer.parseInt(operands[0]), Integer.parseInt(operands[1]));
            case "listener" ->
                serve(
                        ListenerHandler.class,
                        (ListenerHandler) message -> {},
                        Map.of(
                                ListenerHandler.ID,
                                Integer.decode(operands[0]),
                                ListenerHandler.BUFFER_SIZE,
                                4096,
                                "service.ranking",
                                Integer.valueOf(operands[1])));
            case "broken" ->
                serve(
                        ListenerHandler.class,
                        (ListenerHandler) message -> {},
                        Map.of(ListenerHandler.ID, Integer.decode(operands[0])));
            case "callback" -> serveCallback(String.join(" ", operands));
            case "callbacks" ->
                IntStream.range(0, Integer.parseInt(operands[0])).forEach(i -> serveCallback("name " + i));
            case "application" ->
                serve(
                        TrustedApplication.class,
                        (TrustedApplication) PageActor::application,
                        Map.of(TrustedApplication.NAME, APPLICATION));
            case "invoke" -> invoke(Integer.parseInt(operands[0]));
            case "ask" -> ask(Integer.parseInt(operands[0]));
            case "call" -> call(Integer.parseInt(operands[0]));
            case "answer" -> answer.countDown();
            case "withdraw" -> services.remove(services.size() - 1).unregister();
            default -> throw new IllegalArgumentException(verb);
        }
    }

    /** Calls the object that it is given, or asks the listener. */
    private static TrustedObject application(TrustedEnvironment environment) {
        return (op, arguments) -> {
            if (op == CALL_BACK) {
                ((NormalObject) arguments.inputObject(0)).invoke(op, new Arguments());
            } else {
                environment.request(LISTENER, ByteBuffer.allocate(8));
            }
        };
    }

    private void open(int count) throws TeeException {
        while (contexts.size() < count) {
            contexts.add(device.open());
        }
        while (contexts.size() > count) {
            contexts.removeLast().close();
        }
    }

    /** What each context holds besides its environment. */
    private void hold(int objects, int memories) throws TeeException {
        for (TeeContext context : contexts) {
            ClientEnv environment = ClientEnv.register(context);
            held.add(environment);
            for (int i = 0; i < objects; i++) {
                held.add(environment.open(HEAP_SERVICE));
            }
            for (int i = 0; i < memories; i++) {
                held.add(context.allocate(64 << 10));
            }
        }
    }

    private void invoke(int count) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(contexts.peek());
                Diagnostics diagnostics = Diagnostics.open(environment)) {
            for (int i = 0; i < count; i++) {
                diagnostics.queryHeapInfo();
            }
        }
    }

    private void ask(int count) throws TeeException {
        for (int i = 0; i < count; i++) {
            useApplication(ASK, new Arguments());
        }
    }

    private <T> void serve(Class<T> type, T service, Map<String, ?> properties) {
        services.add(bundle.registerService(type, service, FrameworkUtil.asDictionary(properties)));
    }

    private void serveCallback(String name) {
        serve(CallbackObject.class, (CallbackObject) (op, arguments) -> {}, Map.of(CallbackObject.NAME, name));
    }

    /** Calls the application, which calls back and is answered when the test says so. */
    private void call(int count) {
        for (int i = 0; i < count; i++) {
            Thread caller = new Thread(this::callBack, "page caller");
            callers.add(caller);
            caller.start();
        }
    }

    private void callBack() {
        CallbackObject callback = (op, arguments) -> awaitAnswer();
        try {
            useApplication(CALL_BACK, new Arguments().in(callback));
        } catch (TeeException e) {
            throw new IllegalStateException(e);
        }
    }

    private void useApplication(int op, Arguments arguments) throws TeeException {
        try (TeeContext context = device.open();
                ClientEnv environment = ClientEnv.register(context);
                AppLoader loader = AppLoader.open(environment);
                AppController controller = loader.connectOrLoadEmbedded(APPLICATION);
                TeeObject application = controller.appObject()) {
            application.invoke(op, arguments);
        }
    }

    private void awaitAnswer() {
        try {
            answer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
