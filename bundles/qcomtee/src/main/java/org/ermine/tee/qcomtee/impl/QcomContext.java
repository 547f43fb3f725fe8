// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.call.CallingContext;
import org.ermine.tee.qcomtee.call.Invocation;
import org.ermine.tee.qcomtee.call.InvocationPool;
import org.ermine.tee.qcomtee.call.Transport;
import org.ermine.tee.qcomtee.export.ContextObjects;
import org.ermine.tee.qcomtee.message.DirectMessage;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.request.RequestQueue;
import org.ermine.tee.qcomtee.teeobject.ObjectTable;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/** A context of the Qualcomm backend: invocations of its TEE objects, and the requests to its callback objects. */
final class QcomContext implements DriverContext {

    /** The {@link SecureObjects#word} of the root object, which opens services. */
    private static final int ROOT = SecureObjects.word(Wire.OBJECT_ROOT, true);

    private final Transport transport;
    private final InvocationPool invocations;
    private final CallingContext caller;
    private final int number;
    private final ObjectTable table;
    private final RequestQueue requests;

    QcomContext(Transport transport, InvocationPool invocations, CallingContext caller) {
        this.transport = transport;
        this.invocations = invocations;
        this.caller = caller;
        number = caller.number();
        table = caller.objects().table();
        requests = caller.objects().requests();
    }

    /** What its invocations need of it. */
    CallingContext caller() {
        return caller;
    }

    /** What it has to do with objects. */
    ContextObjects objects() {
        return caller.objects();
    }

    @Override
    public int number(HazardSlots slots) {
        return slots == transport.uses().slots() ? number : 0;
    }

    @Override
    public int invoke(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        long key = HazardSlots.key(number, op == OP_RELEASE ? NULL : object);
        int slot = transport.uses().begin(key);
        try {
            return invoke(slot, object, op, params, callbackNanos);
        } finally {
            transport.uses().end(slot, key);
        }
    }

    @Override
    public int invoke(int slot, long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        params.handedOver(false);
        if (op < 0 || op > Wire.OP_MASK || op == OP_RETAIN) {
            throw new TeeException(
                    Errno.EINVAL, String.format(Locale.ROOT, "operation 0x%x cannot be invoked by a client", op));
        }
        if (op == OP_RELEASE) {
            DirectMessage.check(params);
            table.release(object);
            return 0;
        }
        table.requireOpen();
        if (object == NULL) {
            return run(slot, ROOT, op, params, callbackNanos);
        }
        return slot == HazardSlots.NOWHERE
                ? runCounted(object, op, params, callbackNanos)
                : run(slot, table.find(object), op, params, callbackNanos);
    }

    /** For an invocation that has no slot. */
    private int runCounted(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        int target = table.acquire(object);
        try {
            return runOnce(transport.secureObjects().word(target), op, params, callbackNanos);
        } finally {
            transport.secureObjects().release(target);
        }
    }

    /** @param target the object's {@link SecureObjects#word} */
    private int run(int slot, int target, int op, TeeParams params, long callbackNanos) throws TeeException {
        return slot == HazardSlots.NOWHERE
                ? runOnce(target, op, params, callbackNanos)
                : invocations.of(slot).run(caller, target, op, params, callbackNanos);
    }

    private int runOnce(int target, int op, TeeParams params, long callbackNanos) throws TeeException {
        Invocation invocation = invocations.single();
        try {
            return invocation.run(caller, target, op, params, callbackNanos);
        } finally {
            invocation.giveUp();
        }
    }

    /**
     * Tells QTEE that an object is released which is in no table any more.
     *
     * @param name its id on the wire
     */
    int release(int name, TeeParams params, long callbackNanos) throws TeeException {
        long key = HazardSlots.key(number, NULL);
        int slot = transport.uses().begin(key);
        try {
            return run(slot, SecureObjects.word(name, false), Wire.OP_RELEASE, params, callbackNanos);
        } finally {
            transport.uses().end(slot, key);
        }
    }

    @Override
    public String explain(int result) {
        return transport.limits().explain(result);
    }

    @Override
    public boolean receive(SupplicantRequest request, long waitNanos) throws TeeException, InterruptedException {
        return requests.receive(request, waitNanos);
    }

    @Override
    public boolean receiveAwaited(SupplicantRequest request) throws TeeException {
        return requests.receiveAwaited(request);
    }

    @Override
    public void workersChanged() {
        requests.workersChanged();
    }

    @Override
    public void send(long requestId, int result, TeeParams params) throws TeeException {
        requests.send(requestId, result, params);
    }

    @Override
    public void fail(long requestId, Errno reason) throws TeeException {
        requests.fail(requestId, reason);
    }

    @Override
    public boolean isAwaited(long requestId) {
        return requests.isAwaited(requestId);
    }

    @Override
    public boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        return requests.copyShared(requestId, source, sourceIndex, target, targetIndex, length);
    }

    @Override
    public void closeContext() {
        try {
            requests.close();
        } finally {
            table.close();
        }
    }

    @Override
    public void release() {
        try {
            caller.leave();
        } finally {
            transport.contexts().remove(caller);
        }
    }

    @Override
    public void describe(ContextDTO context) {
        context.teeObjects = table.size();
        context.callbackObjects = objects().userObjects();
        context.requests = requests.describe();
    }
}
