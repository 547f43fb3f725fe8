// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/** The backend's half of a context: records what core asks for. */
public final class FakeContext implements DriverContext {

    /** What an invocation does. */
    public interface Invocation {
        int invoke(long object, int op, TeeParams params) throws TeeException;
    }

    /** A request that waits. */
    public record Request(long id, long object, int op, Consumer<SupplicantRequest> fill) {}

    /** What core answered. */
    public record Answer(long id, int result) {}

    public final ContextHost host;
    public final List<Long> released = new CopyOnWriteArrayList<>();
    public final List<Answer> answers = new CopyOnWriteArrayList<>();
    public final AtomicInteger invocations = new AtomicInteger();
    public final AtomicInteger closes = new AtomicInteger();
    public final AtomicInteger releases = new AtomicInteger();
    final AtomicLong inside = new AtomicLong();
    /** Calls that came in after release(). */
    public final AtomicInteger late = new AtomicInteger();

    /** What {@link #describe} tells of requests; null for nothing. */
    public volatile RequestDTO[] waiting = oneQueued();

    public volatile Invocation invocation = (object, op, params) -> 0;
    public volatile Runnable releasing = () -> {};
    public volatile Consumer<TeeParams> inspect = params -> {};
    /** Done before an answer is taken. */
    public volatile Runnable sending = () -> {};

    public volatile TeeException sendFailure;
    public volatile TeeException receiveFailure;
    public volatile long callbackNanos;
    /** By which keys name it in slots; 0 if it looks for nothing there. */
    public volatile int number;
    /** Where the last invocation was announced; {@link HazardSlots#NOWHERE} if it was not told. */
    public volatile int slot = HazardSlots.NOWHERE;

    public volatile boolean awaited = true;
    /** Run while shared memory is kept, with the number of bytes. */
    public volatile IntConsumer copying = length -> {};

    public final AtomicInteger workersChanged = new AtomicInteger();

    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final AtomicLong requestIds = new AtomicLong(100);

    public FakeContext(ContextHost host) {
        this.host = host;
    }

    @Override
    public int number(HazardSlots slots) {
        return number;
    }

    @Override
    public int invoke(int slot, long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        this.slot = slot;
        return invoke(object, op, params, callbackNanos);
    }

    @Override
    public int invoke(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        if (op == OP_RELEASE) {
            released.add(object);
            releasing.run();
            return 0;
        }
        inside.incrementAndGet();
        try {
            if (releases.get() > 0) {
                late.incrementAndGet();
            }
            invocations.incrementAndGet();
            this.callbackNanos = callbackNanos;
            return invocation.invoke(object, op, params);
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public String explain(int result) {
        return result == 15 ? "the limit is 3 (option most of org.example)" : "";
    }

    /** Queues a request as a TEE would, and announces it. */
    public long request(long object, int op, Consumer<SupplicantRequest> fill) {
        long id = requestIds.incrementAndGet();
        requests.add(new Request(id, object, op, fill));
        host.requestQueued();
        return id;
    }

    public long request(long object, int op) {
        return request(object, op, request -> {});
    }

    @Override
    public boolean receive(SupplicantRequest request, long waitNanos) throws TeeException {
        if (receiveFailure != null) {
            throw receiveFailure;
        }
        Request next = requests.poll();
        if (next == null) {
            return false;
        }
        request.set(next.id, next.object, next.op);
        next.fill.accept(request);
        return true;
    }

    @Override
    public void send(long requestId, int result, TeeParams params) throws TeeException {
        sending.run();
        if (sendFailure != null) {
            throw sendFailure;
        }
        if (result == 0) {
            inspect.accept(params);
        }
        answers.add(new Answer(requestId, result));
    }

    @Override
    public boolean isAwaited(long requestId) {
        return awaited;
    }

    @Override
    public boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        if (awaited) {
            copying.accept(length);
            target.put(targetIndex, source, sourceIndex, length);
        }
        return awaited;
    }

    @Override
    public boolean receiveAwaited(SupplicantRequest request) throws TeeException {
        return receive(request, 0);
    }

    @Override
    public void workersChanged() {
        workersChanged.incrementAndGet();
    }

    @Override
    public void closeContext() {
        closes.incrementAndGet();
    }

    @Override
    public void release() {
        if (inside.get() != 0) {
            late.incrementAndGet();
        }
        releases.incrementAndGet();
    }

    @Override
    public void describe(ContextDTO context) {
        context.teeObjects = 3;
        if (waiting != null) {
            context.requests = waiting;
        }
    }

    private static RequestDTO[] oneQueued() {
        RequestDTO request = new RequestDTO();
        request.state = "QUEUED";
        request.age = 5;
        return new RequestDTO[] {request};
    }

    public static TeeException noDevice() {
        return new TeeException(Errno.ENODEV, "the TEE is gone");
    }
}
