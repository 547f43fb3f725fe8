// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A handler of both kinds in a {@link TestBundle} of its own, which does as a request says, good or bad. Each start is
 * another handler: it takes a number from the test's {@link IntSupplier}, which is its answer. It offers its
 * configuration as a service of type {@link Consumer}, and what it kept of a request as one of type {@link Runnable},
 * which writes to that.
 */
public final class StagedHandler implements BundleActivator {

    static final int LISTENER = 0x4020;
    static final String NAME = "staged";

    static final int ANSWER = 1;
    /** Tells the test's {@link Stage} that it is at {@code handler.NUMBER.held}, then answers. */
    static final int HOLD = 2;

    static final int THROW_CHECKED = 3;
    static final int THROW_UNCHECKED = 4;
    static final int THROW_ERROR = 5;
    static final int OVERFLOW_STACK = 6;
    static final int FAIL_TO_LINK = 7;
    static final int ANSWER_TOO_MUCH = 8;
    /** Answers, and keeps what it got, to write to it later. */
    static final int KEEP = 9;

    static final int UNREGISTER = 10;
    static final int STOP = 11;
    static final int RESULT_OF_ITS_OWN = 12;
    static final int RESULT_OF_THE_TRANSPORT = 13;

    /** What is written too late. */
    private static final int FORGED = 999;

    private int number;
    private Bundle bundle;
    private UnaryOperator<String> stage;
    private ServiceRegistration<?> listener;
    private ServiceRegistration<?> callback;
    private volatile ByteBuffer kept;

    @Override
    @SuppressWarnings("unchecked")
    public void start(BundleContext context) {
        bundle = context.getBundle();
        number = context.getService(context.getServiceReference(IntSupplier.class))
                .getAsInt();
        stage = context.getService(context.getServiceReference(UnaryOperator.class));
        ListenerHandler handler = message -> message.putInt(4, act(message.getInt(0), message));
        listener = context.registerService(ListenerHandler.class, handler, properties(Map.of()));
        callback = context.registerService(CallbackObject.class, this::dispatch, properties(Map.of()));
        Consumer<Map<String, Object>> configuration = changed -> {
            listener.setProperties(properties(changed));
            callback.setProperties(properties(changed));
        };
        context.registerService(Consumer.class, configuration, FrameworkUtil.asDictionary(Map.of()));
        context.registerService(Runnable.class, this::writeToKept, FrameworkUtil.asDictionary(Map.of()));
    }

    private static Dictionary<String, Object> properties(Map<String, Object> configuration) {
        Hashtable<String, Object> properties = new Hashtable<>(
                Map.of(ListenerHandler.ID, LISTENER, ListenerHandler.BUFFER_SIZE, 4096, CallbackObject.NAME, NAME));
        properties.putAll(configuration);
        return properties;
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    private void dispatch(int op, IncomingArguments arguments) throws TeeException {
        try {
            ByteBuffer output = arguments.output(0);
            output.putInt(0).putInt(act(arguments.input(0).getInt(0), output));
        } catch (TeeException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            sneak(e);
        }
    }

    /** Foreign code may throw what it does not declare. */
    @SuppressWarnings("unchecked")
    private static <X extends Exception> void sneak(Exception e) throws X {
        throw (X) e;
    }

    private int act(int command, ByteBuffer buffer) throws Exception {
        switch (command) {
            case HOLD -> stage.apply("handler." + number + ".held");
            case THROW_CHECKED -> throw new CheckedException();
            case THROW_UNCHECKED -> throw new UncheckedException();
            case THROW_ERROR -> throw new OwnError();
            case OVERFLOW_STACK -> {
                return overflow(0);
            }
            case FAIL_TO_LINK -> new Tapes().fresh();
            case ANSWER_TOO_MUCH -> write(buffer.duplicate());
            case KEEP -> kept = buffer;
            case UNREGISTER -> {
                listener.unregister();
                callback.unregister();
            }
            case STOP -> stopOwnBundle();
            case RESULT_OF_ITS_OWN -> throw new TeeException(TeeResult.of(17), "on purpose");
            case RESULT_OF_THE_TRANSPORT -> throw new TeeException(TeeResult.BUSY, "on purpose");
            default -> {
                // There is nothing to do but to answer.
            }
        }
        return number;
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    private static void write(ByteBuffer buffer) throws BufferOverflowException {
        while (true) {
            buffer.putInt(FORGED);
        }
    }

    private void stopOwnBundle() throws BundleException {
        bundle.stop();
    }

    private void writeToKept() {
        kept.putInt(4, FORGED);
    }

    private static final class CheckedException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private static final class UncheckedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final class OwnError extends Error {
        private static final long serialVersionUID = 1;
    }
}
