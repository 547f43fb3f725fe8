// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.StackReserve;
import org.ermine.tee.trusted.TrustedObject;

/**
 * One direct invocation: its message, the arguments and objects in it, and the callbacks made in its course. Used again for one
 * invocation after the other; all but the owner belongs to the thread that owns the call.
 */
final class Call {

    private final ObjectTable objects;
    private final int keptMemory;
    /** Id of the thread; 0 for none. A number, since to store a reference costs more under most collectors. */
    private final AtomicLong owner = new AtomicLong();

    private final InboundMessage message = new InboundMessage();
    private final CallbackMessage callback;
    private final CallObjects callObjects;
    private final ArgumentsByOwner argumentsByOwner;
    private boolean outside;
    /** Of the last invocation that reached an object; open while that is in progress. */
    private OwnedArguments arguments;

    /** @param keptMemory bytes that each buffer may keep from one invocation to the next */
    Call(NormalWorld world, ObjectTable objects, AsyncReleases releases, int keptMemory) {
        this.objects = objects;
        this.keptMemory = keptMemory;
        this.callObjects = new CallObjects(world, objects);
        this.argumentsByOwner = new ArgumentsByOwner(message, callObjects);
        this.callback = new CallbackMessage(world, objects, releases);
    }

    boolean own(Thread thread) {
        return owner.get() == 0 && owner.compareAndSet(0, thread.getId());
    }

    void disown() {
        owner.set(0);
    }

    boolean isOwned() {
        return owner.get() != 0;
    }

    boolean isOwnedBy(Thread thread) {
        return owner.get() == thread.getId();
    }

    /** Whether the thread is in the normal world, or in code that must not call it. Asked by the owner only. */
    boolean isOutside() {
        return outside;
    }

    void setOutside(boolean outside) {
        this.outside = outside;
    }

    /** Carries out the invocation. @return the result for the client */
    int run(SecureCall transport, ByteBuffer inbound, ByteBuffer outbound) {
        callback.attach(transport, outbound);
        int result = Results.ERROR;
        try {
            int base = PhysicalMemory.index(transport.inboundAddress());
            result = message.read(inbound, base, transport.inboundSize());
            if (result == Results.OK) {
                result = message.op() < Wire.FIRST_LOCAL_OP ? dispatch() : local();
            }
        } finally {
            finish();
        }
        return result;
    }

    /** Calls an object of the normal world; for {@link NormalWorld}. */
    void callBack(int id, int op, Arguments request, Domain caller) throws TeeException {
        StackReserve.require();
        Client client = arguments != null && arguments.areOpen() ? arguments.client() : null;
        callback.invoke(this, id, op, request, caller, client);
    }

    /** The object that is invoked invokes one of another domain, which may be shown the arguments. */
    void showArguments() {
        if (arguments != null) {
            arguments.seenByOthers();
        }
    }

    private int local() {
        if (message.hasArguments()) {
            return Results.INVALID;
        }
        return switch (message.op()) {
            case Wire.OP_RELEASE -> objects.release(message.context()) ? Results.OK : Results.BADOBJ;
            case Wire.OP_RETAIN -> objects.retain(message.context()) ? Results.OK : Results.BADOBJ;
            default -> Results.INVALID;
        };
    }

    private int dispatch() {
        ObjectId id = objects.find(message.context());
        if (id == null) {
            return Results.BADOBJ;
        }
        HostedObject target = id.hosted();
        if (!target.hold()) {
            return Results.DEFUNCT;
        }
        try {
            TrustedObject object = target.object();
            if (object == null) {
                return Results.DEFUNCT;
            }
            return dispatch(object, argumentsByOwner.of(id.client, target.domain()));
        } finally {
            target.drop();
        }
    }

    private int dispatch(TrustedObject object, OwnedArguments owned) {
        if (arguments != owned) {
            arguments = owned;
        }
        int result = callObjects.lend(message, owned.domain());
        if (result != Results.OK) {
            return result;
        }
        try {
            owned.open();
            result = Border.invoke(owned.domain(), object, message.op(), owned);
            return result == Results.OK ? returnOutputs(owned) : result;
        } finally {
            close(owned);
        }
    }

    private int returnOutputs(OwnedArguments owned) {
        int result = owned.takeOutputs() ? Results.OK : Results.SIZE_OUT;
        result = callObjects.export(message, result, owned.domain(), owned.client());
        if (result == Results.OK) {
            owned.returnOutputs();
            for (int i = 0; i < message.outputObjectCount(); i++) {
                message.writeOutputId(i, callObjects.outputId(i));
            }
        }
        return result;
    }

    private void close(OwnedArguments owned) {
        owned.close(keptMemory);
        if (owned.areSeenByOthers()) {
            argumentsByOwner.forgetLast();
        }
    }

    private void finish() {
        callObjects.finish(message);
        callObjects.announce(callback);
        message.clear();
    }
}
