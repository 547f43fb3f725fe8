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
 * A request that was received, and who may answer it: the thread that runs it or, earlier, whoever watches that one. It is answered
 * exactly once, whatever its object does.
 *
 * <p>State: {@code answer} is {@link #OPEN} until somebody makes it {@link #ANSWERED}; who does, and nobody else, sends the answer.
 * While the running thread copies shared memory it is {@link #COPYING}: the backend would refuse an answer then, so whoever fails
 * the call leaves the errno there instead, as a negative number, and the copying thread sends it. So nobody waits for anybody.
 */
final class IncomingCall implements CallbackCall {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingCall.class);

    private static final int OPEN = 0;
    private static final int COPYING = 1;
    private static final int ANSWERED = 2;

    /** The most that is copied before the client may leave. */
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

    /** Whether nobody waits for the answer any more. */
    boolean isAbandoned() {
        return isAnswered() || !backend.isAwaited(requestId);
    }

    // ---- Running it.

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
            answerWhateverHappened();
            server.done(request);
        }
    }

    /** What breaks off before the object has answered leaves no client waiting. */
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

    /** The object's result; or an errno if the request cannot be served. */
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

    /** Reads the parameters. An errno if the request cannot be served, or 0. */
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
            // Whoever failed it meanwhile has said why.
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

    // ---- Answering it.

    @Override
    public boolean fail(Errno errno) {
        while (true) {
            int state = answer.get();
            if (state == OPEN && answer.compareAndSet(OPEN, ANSWERED)) {
                send(-errno.number());
                return true;
            } else if (state == COPYING && answer.compareAndSet(COPYING, -errno.number())) {
                return true;
            } else if (state == ANSWERED || state < 0) {
                return false;
            }
        }
    }

    /** Answers with the outputs of the object or with its error, unless it was failed: then nothing is handed over. */
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
            sent = send(() -> backend.send(requestId, 0, request.params()));
        } catch (TeeException | RuntimeException | Error e) {
            server.tell("outputs", () -> this + ": the outputs cannot be passed: " + FailureText.detailed(e));
            send(-Errno.EINVAL.number());
        } finally {
            parameters.settleOutputs(sent);
        }
    }

    /** An error of the object; or an errno, which an object has none of, so that it is a decision about the call. */
    private void send(int result) {
        if (result < 0) {
            Errno reason = Errno.of(-result).orElse(Errno.EINVAL);
            send(() -> backend.fail(requestId, reason));
        } else {
            send(() -> backend.send(requestId, result, new TeeParams(0)));
        }
    }

    @FunctionalInterface
    private interface Sending {
        void send() throws TeeException;
    }

    private boolean send(Sending answer) {
        try {
            answer.send();
            return true;
        } catch (TeeException e) {
            LOG.debug("{}: the answer was refused: {}", this, e.getMessage());
        } catch (RuntimeException e) {
            server.tell("answer", () -> this + ": the backend failed to take the answer: " + FailureText.detailed(e));
        }
        return false;
    }

    // ---- Copying shared memory.

    /** See {@link org.ermine.tee.IncomingArguments#copyShared}. */
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

    /** Whoever failed the call meanwhile has left the errno. */
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
