// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import java.util.Objects;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.object.ObjectConversion;
import org.ermine.tee.core.object.ObjectInvoker;
import org.ermine.tee.core.support.PresentWorkers;
import org.ermine.tee.core.support.Watch;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.support.StackReserve;

/**
 * Carries out invocations in one context, on the caller's thread: it checks and converts the arguments, calls the
 * backend, and converts the outputs back. Without object arguments it neither allocates nor locks. It has no state of
 * its own; the parameters are taken from a pool, and belong to the thread until the call ends.
 */
public final class Invoker implements ObjectInvoker {

    private final TeeContext context;
    private final Backend backend;
    private final ObjectConversion objects;
    private final Watch watch;
    private final PresentWorkers workers;

    public Invoker(TeeContext context, Backend backend, ObjectConversion objects, Watch watch, PresentWorkers workers) {
        this.context = context;
        this.backend = backend;
        this.objects = objects;
        this.watch = watch;
        this.workers = workers;
    }

    @Override
    public void carryOut(long object, int op, Arguments arguments, long callbackNanos) throws TeeException {
        Objects.requireNonNull(arguments, "arguments");
        StackReserve.require();
        CallFrame frame = null;
        boolean succeeded = false;
        try {
            frame = backend.enter(object);
            check(object, op, arguments);
            TeeObserver observer = watch.observer();
            int result = observer != null && frame.isDue(watch.sampling(observer))
                    ? callWatched(object, op, arguments, frame, callbackNanos, observer)
                    : call(object, op, arguments, frame, callbackNanos);
            if (result != 0) {
                throw new TeeException(TeeResult.of(result), name(object, op) + ": " + backend.describe(result));
            }
            takeOutputs(object, op, arguments, frame.params);
            succeeded = true;
        } catch (TeeException e) {
            TeeException meant = meant(e, object, op);
            watch.failed(object, op, meant);
            throw meant;
        } finally {
            end(frame, arguments, succeeded);
        }
    }

    /** @param frame null if the call could not enter */
    private void end(CallFrame frame, Arguments arguments, boolean succeeded) {
        boolean complete = false;
        try {
            if (frame != null) {
                leave(frame);
            }
            complete = succeeded;
        } finally {
            if (!complete) {
                ArgumentAccess.reset(arguments);
            }
        }
    }

    /** The call leaves even if the release of what the parameters hold fails. */
    private void leave(CallFrame frame) {
        try {
            frame.params.clear();
        } finally {
            backend.leave(frame);
        }
    }

    @Override
    public void closed(long object) {
        try {
            watch.released("tee", object);
        } finally {
            backend.releaseObject(object);
        }
    }

    @Override
    public void releaseObject(long object) {
        backend.releaseObject(object);
    }

    private int callWatched(
            long object, int op, Arguments arguments, CallFrame frame, long callbackNanos, TeeObserver observer)
            throws TeeException {
        int result = TeeResult.ERROR.code();
        Object begun = watch.begin(observer, TeeObserver.Activity.INVOCATION);
        long start = System.nanoTime();
        try {
            result = call(object, op, arguments, frame, callbackNanos);
            return result;
        } catch (TeeException e) {
            TeeException meant = meant(e, object, op);
            result = meant.errno()
                    .map(errno -> -errno.number())
                    .orElse(meant.result().code());
            throw meant;
        } finally {
            long nanos = System.nanoTime() - start;
            watch.end(
                    observer,
                    TeeObserver.Activity.INVOCATION,
                    begun,
                    new TeeObserver.Ended(object, op, nanos, -1, result));
        }
    }

    private void check(long object, int op, Arguments arguments) throws TeeException {
        if (op < 0 || op >= DriverContext.OP_RETAIN) {
            throw new TeeException(Errno.EINVAL, name(object, op) + ": operations are numbered from 0 to 65533");
        }
        if (arguments.count() > TeeParams.MAX) {
            throw new TeeException(
                    TeeResult.MAXARGS,
                    Errno.EINVAL,
                    name(object, op) + ": " + arguments.count() + " arguments, at most " + TeeParams.MAX
                            + " can be passed");
        }
    }

    /**
     * A context that is closed meanwhile may show first as memory or an object that is missing. The cause is reported
     * instead.
     */
    private TeeException meant(TeeException e, long object, int op) {
        return context.isClosed() && e.errno().filter(Errno.EINVAL::equals).isPresent()
                ? new TeeException(Errno.ENODEV, name(object, op) + ": the context was closed: " + e.getMessage())
                : e;
    }

    private int call(long object, int op, Arguments arguments, CallFrame frame, long callbackNanos)
            throws TeeException {
        TeeParams params = frame.params;
        boolean hasCallbacks = fill(arguments, params);
        if (!hasCallbacks) {
            return backend.call(frame, object, op, callbackNanos);
        }
        boolean completed = false;
        try {
            handOver(arguments, params);
            int result = backend.call(frame, object, op, callbackNanos);
            completed = true;
            return result;
        } finally {
            objects.settle(params, TeeParam.Type.OBJREF_INPUT, completed || params.isHandedOver());
        }
    }

    /**
     * Fills in everything except callback objects, so that nothing is created yet that a failure would have to undo.
     */
    private boolean fill(Arguments arguments, TeeParams params) throws TeeException {
        boolean hasCallbacks = false;
        for (int i = 0; i < arguments.count(); i++) {
            TeeParam param = params.add();
            switch (arguments.kind(i)) {
                case INPUT_BUFFER -> buffer(param, TeeParam.Type.UBUF_INPUT, arguments, i);
                case OUTPUT_BUFFER -> buffer(param, TeeParam.Type.UBUF_OUTPUT, arguments, i);
                case OUTPUT_OBJECT -> {
                    ArgumentAccess.returned(arguments, i, null);
                    param.object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
                }
                case INPUT_OBJECT -> {
                    objects.fill(param, TeeParam.Type.OBJREF_INPUT, arguments.object(i), i);
                    hasCallbacks |= arguments.object(i) instanceof CallbackObject;
                }
            }
        }
        return hasCallbacks;
    }

    private static void buffer(TeeParam param, TeeParam.Type type, Arguments arguments, int index) {
        byte[] array = ArgumentAccess.array(arguments, index);
        if (array != null) {
            param.buffer(
                    type, array, ArgumentAccess.offset(arguments, index), ArgumentAccess.capacity(arguments, index));
        } else {
            param.buffer(
                    type,
                    ArgumentAccess.byteBuffer(arguments, index),
                    ArgumentAccess.offset(arguments, index),
                    ArgumentAccess.capacity(arguments, index));
        }
    }

    private void handOver(Arguments arguments, TeeParams params) throws TeeException {
        workers.require("a callback object cannot be passed");
        for (int i = 0; i < arguments.count(); i++) {
            if (arguments.kind(i) == Arguments.Kind.INPUT_OBJECT
                    && arguments.object(i) instanceof CallbackObject callback) {
                objects.handOver(params.get(i), TeeParam.Type.OBJREF_INPUT, callback);
            }
        }
    }

    /**
     * Takes all outputs or none. Objects come first, so that every reference that came has an owner, whatever fails.
     */
    private void takeOutputs(long object, int op, Arguments arguments, TeeParams params) throws TeeException {
        boolean taken = false;
        try {
            takeObjects(arguments, params);
            taken = true;
        } catch (TeeException e) {
            String text = name(object, op) + ": unexpected answer: " + e.getMessage();
            throw new TeeException(TeeResult.UNAVAIL, Errno.EINVAL, text);
        } finally {
            if (!taken) {
                giveBack(arguments, params);
            }
        }
        for (int i = 0; i < arguments.count(); i++) {
            if (arguments.kind(i) == Arguments.Kind.OUTPUT_BUFFER) {
                ArgumentAccess.written(arguments, i, params.get(i).size());
            }
        }
    }

    private void takeObjects(Arguments arguments, TeeParams params) throws TeeException {
        for (int i = 0; i < arguments.count(); i++) {
            if (arguments.kind(i) == Arguments.Kind.OUTPUT_OBJECT) {
                ArgumentAccess.returned(arguments, i, objects.object(params.get(i), i));
            }
        }
    }

    /**
     * Releases all output objects. For each there is either a reference in the arguments or its id in the parameters.
     */
    private void giveBack(Arguments arguments, TeeParams params) {
        for (int i = 0; i < arguments.count(); i++) {
            if (arguments.kind(i) == Arguments.Kind.OUTPUT_OBJECT) {
                ObjectConversion.close(arguments.object(i));
                objects.release(params.get(i));
            }
        }
    }

    private String name(long object, int op) {
        String target = object == DriverContext.NULL ? "the root object" : "object " + object;
        return "operation " + op + " on " + target + " of " + context.device().name();
    }
}
