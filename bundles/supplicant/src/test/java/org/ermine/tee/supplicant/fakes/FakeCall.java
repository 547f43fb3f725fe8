// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;

/** A request of the TEE: takes the first answer and counts all of them. */
public final class FakeCall implements CallbackCall {

    /** What the TEE got: an errno, a result, or both null for success. */
    public record Answer(Errno errno, TeeException thrown) {
        public boolean isOk() {
            return errno == null && thrown == null;
        }
    }

    private final CallbackObject target;
    private final int op;
    private final DirectArguments arguments;
    public final AtomicInteger dispatched = new AtomicInteger();
    /** Foreign code that runs when the answer was sent, as the release of a returned object does. */
    public volatile Runnable afterAnswer = () -> {};

    /** What it takes to give back what came with a call that was failed. */
    public volatile Runnable givingBack = () -> {};

    /** What happens when it has been failed, before whoever fails it goes on. */
    public volatile Runnable afterFailure = () -> {};

    /** The owner of the source, unless a test says otherwise. */
    public volatile String owner;
    /** Who waits for the answer. */
    public volatile Thread client;
    /** How often it was run, failed or not. */
    public final AtomicInteger runs = new AtomicInteger();

    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    public FakeCall(CallbackObject target, int op, DirectArguments arguments) {
        this.target = target;
        this.op = op;
        this.arguments = arguments;
    }

    public FakeCall(CallbackObject target) {
        this(target, 0, new DirectArguments().out(0));
    }

    /** Runs the call as core does. */
    @Override
    public void run(CallbackObject object) {
        runs.incrementAndGet();
        if (answer.isDone()) {
            givingBack.run();
            return;
        }
        dispatched.incrementAndGet();
        TeeException thrown = null;
        try {
            if (op == DriverContext.OP_RELEASE) {
                object.released();
            } else {
                object.dispatch(op, arguments);
            }
        } catch (TeeException e) {
            thrown = e;
        }
        answer.complete(new Answer(null, thrown));
        afterAnswer.run();
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
        return owner;
    }

    @Override
    public boolean fail(Errno errno) {
        arguments.abandon();
        boolean failed = answer.complete(new Answer(errno, null));
        afterFailure.run();
        return failed;
    }

    @Override
    public boolean isAnswered() {
        return answer.isDone();
    }

    public void isOf(String source) {
        owner = owner == null ? source : owner;
    }

    @Override
    public Thread client() {
        return client;
    }

    public Answer await() throws InterruptedException {
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the request was lost: no answer", e);
        }
    }
}
