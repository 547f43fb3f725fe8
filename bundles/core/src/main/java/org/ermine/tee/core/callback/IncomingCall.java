// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.invoke.Backend;
import org.ermine.tee.core.support.Failure;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.callback.CallbackCall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that was received. It is answered by the thread that runs it or, earlier, by the watchdog; and exactly
 * once, whatever its object does.
 *
 * <p>State: {@code answer} is {@link #OPEN} until a thread makes it {@link #ANSWERED}. That thread, and no other, sends
 * the answer. While the running thread copies shared memory the state is {@link #COPYING}, since the backend would
 * refuse an answer then. A thread that fails the call meanwhile leaves the errno in {@code answer}, as a negative
 * number, and the copying thread sends it. So no thread waits for another. If an answer breaks off before the backend
 * has it, the call is {@link #OPEN} again: the thread that runs it answers it, or fails it in the end.
 */
final class IncomingCall implements CallbackCall {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingCall.class);

    private static final int OPEN = 0;
    private static final int COPYING = 1;
    private static final int ANSWERED = 2;

    /** How many bytes are copied at once. Between two such parts the client may leave. */
    private static final int COPIED_AT_ONCE = 64 << 10;

    private final CallbackServer server;
    private final Backend backend;
    private final SupplicantRequest request;
    private final long requestId;
    private final int op;
    private final CallbackObject target;
    private final AtomicInteger answer = new AtomicInteger(OPEN);
    /** Set when it begins to run. */
    private volatile Thread running;

    IncomingCall(CallbackServer server, SupplicantRequest request, CallbackObject target) {
        this.server = server;
        this.backend = server.backend();
        this.request = request;
        this.requestId = request.id();
        this.op = request.op();
        this.target = target;
    }

    @Override
    public CallbackObject target() {
        return target;
    }

    @Override
    public int op() {
        return op;
    }

    @Override
    public String owner() {
        return server.owner();
    }

    @Override
    public Thread client() {
        return request.client();
    }

    @Override
    public boolean isAnswered() {
        int state = answer.get();
        return state == ANSWERED || state < 0;
    }

    /** Whether no client waits for the answer any more. */
    boolean isAbandoned() {
        return isAnswered() || !backend.isAwaited(requestId);
    }

    @Override
    public void run(CallbackObject object) {
        running = Thread.currentThread();
        try {
            TeeObserver observer = server.watch().observer();
            if (observer == null) {
                serve(object);
            } else {
                serveWatched(object, observer);
            }
        } finally {
            try {
                answerWhateverHappened();
            } finally {
                server.done(request);
            }
        }
    }

    /** Fails a call that broke off before it was answered, so that its client does not wait for ever. */
    private void answerWhateverHappened() {
        if (answer.get() == OPEN) {
            fail(Errno.ENOMEM);
        }
    }

    private void serveWatched(CallbackObject object, TeeObserver observer) {
        int result = TeeResult.ERROR.code();
        Object begun = server.watch().begin(observer, TeeObserver.Activity.CALLBACK);
        long start = System.nanoTime();
        try {
            result = serve(object);
        } finally {
            TeeObserver.Ended ended = new TeeObserver.Ended(
                    request.object(), op, System.nanoTime() - start, request.waited(start), result);
            server.watch().end(observer, TeeObserver.Activity.CALLBACK, begun, ended);
        }
    }

    private int serve(CallbackObject object) {
        try (IncomingParameters parameters = new IncomingParameters(server.objects(), request.params(), this)) {
            int result = TeeResult.ERROR.code();
            try {
                result = dispatch(object, parameters);
                return result;
            } finally {
                answer(result, parameters);
            }
        }
    }

    /** Returns the object's result; or a negative errno if the request cannot be served. */
    private int dispatch(CallbackObject object, IncomingParameters parameters) {
        int refusal = refusal(parameters);
        if (refusal != 0) {
            return refusal;
        }
        try {
            object.dispatch(op, parameters);
            return 0;
        } catch (Throwable thrown) {
            return failed(thrown);
        }
    }

    /** Reads the parameters. Returns a negative errno if the request cannot be served, or 0. */
    private int refusal(IncomingParameters parameters) {
        try {
            parameters.read();
        } catch (TeeException e) {
            server.tell("refused", () -> this + ": refused: " + e.getMessage());
            return -Errno.EINVAL.number();
        }
        return isAnswered() ? -Errno.ENODEV.number() : server.refusal(request, target);
    }

    private int failed(Throwable thrown) {
        if (Failure.isAnswer(thrown) || isAnswered()) {
            // An answer is no fault, and whoever failed the call meanwhile has logged why.
            LOG.debug("{}: {}", this, FailureText.detailed(thrown));
        } else {
            String text = FailureText.detailed(thrown);
            server.tell("failed", () -> this + " failed: " + text);
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return Failure.result(thrown);
    }

    @Override
    public boolean fail(Errno errno) {
        while (true) {
            int state = answer.get();
            if (state == OPEN && failOpen(errno)) {
                return true;
            } else if (state == COPYING && answer.compareAndSet(COPYING, -errno.number())) {
                return true;
            } else if (state == ANSWERED || state < 0) {
                return false;
            }
        }
    }

    /** False if it is not open any more. */
    private boolean failOpen(Errno errno) {
        if (!answer.compareAndSet(OPEN, ANSWERED)) {
            return false;
        }
        boolean sent = false;
        try {
            send(-errno.number());
            sent = true;
        } finally {
            // Foreign code may fail a call deep in its stack, which may end here. It sufficed for the first step of
            // this method, so it does for this one, too.
            if (!sent) {
                answer.set(OPEN);
            }
        }
        return true;
    }

    /**
     * Answers with the outputs of the object or with its error, unless the call was failed: then nothing is handed
     * over.
     */
    private void answer(int result, IncomingParameters parameters) {
        if (!answer.compareAndSet(OPEN, ANSWERED)) {
            LOG.debug("{}: the answer comes too late", this);
        } else if (result == 0) {
            answer(parameters);
        } else {
            send(result);
        }
    }

    private void answer(IncomingParameters parameters) {
        boolean sent = false;
        try {
            parameters.fillOutputs();
            sent = send(() -> backend.send(requestId, 0, request.params()), Errno.EINVAL);
        } catch (Throwable e) {
            send(-Errno.EINVAL.number());
            server.tell("outputs", () -> this + ": the outputs cannot be passed: " + FailureText.detailed(e));
        } finally {
            parameters.settleOutputs(sent);
        }
    }

    /**
     * Sends an error of the object; or a negative errno, by which the call itself fails, and which no object can
     * return.
     */
    private void send(int result) {
        if (result < 0) {
            Errno reason = Errno.of(-result).orElse(Errno.EINVAL);
            send(() -> backend.fail(requestId, reason), reason);
        } else {
            send(() -> backend.send(requestId, result, new TeeParams(0)), Errno.EINVAL);
        }
    }

    @FunctionalInterface
    private interface Sending {
        void send() throws TeeException;
    }

    /** @param otherwise what the call fails with if the backend breaks off before it has taken the answer */
    private boolean send(Sending answer, Errno otherwise) {
        try {
            answer.send();
            return true;
        } catch (TeeException e) {
            LOG.debug("{}: the answer was refused: {}", this, e.getMessage());
        } catch (Throwable e) {
            failBrokenOff(e, otherwise);
        }
        return false;
    }

    /**
     * Nobody else answers the call, so its client would not be told anything. An id is valid for one answer: if the
     * backend had taken the first, it refuses this one.
     */
    private void failBrokenOff(Throwable thrown, Errno reason) {
        try {
            backend.fail(requestId, reason);
        } catch (TeeException e) {
            LOG.debug("{}: no other answer is awaited: {}", this, e.getMessage());
        } catch (Throwable e) {
            answer.set(OPEN);
            LOG.debug("{}: no other answer was taken: {}", this, FailureText.detailed(e));
        } finally {
            server.tell(
                    "answer", () -> this + ": the backend failed to take the answer: " + FailureText.detailed(thrown));
        }
    }

    /** Copies as {@link org.ermine.tee.IncomingArguments#copyShared} does. */
    boolean copyShared(ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        Objects.checkFromIndexSize(sourceIndex, length, source.limit());
        Objects.checkFromIndexSize(targetIndex, length, target.limit());
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (Thread.currentThread() != running) {
            throw new IllegalStateException(
                    "shared memory is copied by the thread that carries out the invocation, " + running.getName());
        }
        boolean awaited = !isAbandoned();
        for (int done = 0; awaited && done < length; done += COPIED_AT_ONCE) {
            int size = Math.min(COPIED_AT_ONCE, length - done);
            awaited = copyPart(source, sourceIndex + done, target, targetIndex + done, size);
        }
        return awaited;
    }

    private boolean copyPart(ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int size) {
        if (!answer.compareAndSet(OPEN, COPYING)) {
            return false;
        }
        try {
            return backend.copyShared(requestId, source, sourceIndex, target, targetIndex, size);
        } finally {
            endCopy();
        }
    }

    /** Ends a part of the copy. If the call was failed meanwhile, its errno is sent now. */
    private void endCopy() {
        if (!answer.compareAndSet(COPYING, OPEN)) {
            send(answer.getAndSet(ANSWERED));
        }
    }

    /** For example {@code operation 2 of com.example.Time in the context of com.example 1.0.0 [17]}. */
    @Override
    public String toString() {
        String name = target == null ? "an unknown object" : target.getClass().getName();
        return "operation " + op + " of " + name + " in the context of " + server.owner();
    }
}
