// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.FakeHost;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/**
 * A context of the backend, and its owner: client and supplicant in one thread, since a client that waits for the
 * answer to a callback gives it itself.
 */
final class FuzzClient extends FakeHost {

    /** Answers the requests of a client. */
    @FunctionalInterface
    interface Supplicant {
        void serve(FuzzClient client) throws TeeException, InterruptedException;
    }

    private static final Set<Errno> EXPECTED = EnumSet.of(Errno.EBUSY, Errno.ENODEV, Errno.ENOSPC);

    private final FuzzedWorld world;
    private final Supplicant supplicant;
    private final List<Long> objects = new ArrayList<>();
    private final QcomContext context;

    FuzzClient(String name, FuzzedWorld world, QcomTee tee, Supplicant supplicant) throws TeeException {
        super(name);
        this.world = world;
        this.supplicant = supplicant;
        context = (QcomContext) tee.open(this);
    }

    QcomContext context() {
        return context;
    }

    FuzzedWorld world() {
        return world;
    }

    int invoke(long object, int op, TeeParams params) throws TeeException {
        FuzzClient before = world.caller(this);
        try {
            return context.invoke(object, op, params, Long.MAX_VALUE);
        } finally {
            world.caller(before);
        }
    }

    /** Invokes the root object; it may fail because QTEE is lost on the way, or holds as much as it may. */
    void tryInvoke(int op, TeeParams params) {
        try {
            invoke(DriverContext.NULL, op, params);
        } catch (TeeException e) {
            if (e.errno().filter(EXPECTED::contains).isEmpty()) {
                throw new AssertionError("the invocation fails: " + e.getMessage(), e);
            }
        }
    }

    /** The id of memory of its own; one that does not exist if it has none. */
    long anyMemory(int choice) {
        return any(memoryIds(), choice);
    }

    /** Notes an object of QTEE that it was given. */
    void given(long object) {
        objects.add(object);
    }

    /** The id of an object that it was given, and may have released since. */
    long anyObject(int choice) {
        return any(objects, choice);
    }

    private static long any(List<Long> ids, int choice) {
        return ids.isEmpty() ? choice : ids.get(choice % ids.size());
    }

    /** Ends the context and proves that nothing of it is left. QTEE holds nothing any more. */
    void close() throws TeeException, InterruptedException {
        SupplicantRequest request = new SupplicantRequest(TeeParams.MAX, Wire.OUTBOUND);
        while (context.receive(request, 0)) {
            if (!request.isRelease()) {
                throw new AssertionError(this + ": request " + request.id() + " waits though no client does");
            }
        }
        ContextDTO left = new ContextDTO();
        context.describe(left);
        if (left.callbackObjects != 0 || left.requests.length != 0) {
            throw new AssertionError(
                    this + ": " + left.callbackObjects + " objects and " + left.requests.length + " requests are left");
        }
        context.closeContext();
        memoryIds().forEach(this::free);
        release();
        if (references() != 0) {
            throw new AssertionError(this + ": " + references() + " references are left");
        }
    }

    @Override
    protected void ended() {
        context.release();
    }

    @Override
    public void awaiting() {
        try {
            supplicant.serve(this);
        } catch (TeeException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
