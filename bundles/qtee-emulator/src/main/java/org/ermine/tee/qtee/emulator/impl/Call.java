// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.StackReserve;
import org.ermine.tee.trusted.TrustedObject;

/**
 * One direct invocation: its message, the objects in it, and the callbacks made in its course. Used again for one invocation
 * after the other; all but the owner belongs to the thread that owns the call.
 */
final class Call implements IncomingArguments {

    private final ObjectTable objects;
    private final int keptMemory;
    /** Id of the thread; 0 for none. A number, since to store a reference costs more under most collectors. */
    private final AtomicLong owner = new AtomicLong();

    private final InboundMessage message = new InboundMessage();
    private final CallbackMessage callback;
    private final CallObjects arguments;
    private boolean outside;
    private Client client;
    private Domain domain;

    /** @param keptMemory bytes that each buffer may keep from one invocation to the next */
    Call(NormalWorld world, ObjectTable objects, AsyncReleases releases, int keptMemory) {
        this.objects = objects;
        this.keptMemory = keptMemory;
        this.arguments = new CallObjects(world, objects);
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
        callback.invoke(this, id, op, request, caller, client);
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
            client = id.client;
            domain = target.domain();
            int result = arguments.lend(message, domain);
            if (result == Results.OK) {
                result = Border.invoke(domain, object, message.op(), this);
            }
            return result == Results.OK ? returnOutputs() : result;
        } finally {
            target.drop();
        }
    }

    private int returnOutputs() {
        int result = arguments.export(message, message.outputsFit() ? Results.OK : Results.SIZE_OUT, domain, client);
        if (result == Results.OK) {
            message.writeOutputs();
            for (int i = 0; i < message.outputObjectCount(); i++) {
                message.writeOutputId(i, arguments.outputId(i));
            }
        }
        return result;
    }

    private void finish() {
        arguments.finish(message);
        arguments.announce(callback);
        client = null;
        domain = null;
        message.release(keptMemory);
    }

    @Override
    public int inputCount() {
        return message.inputCount();
    }

    @Override
    public ByteBuffer input(int index) {
        return message.input(Objects.checkIndex(index, message.inputCount()));
    }

    @Override
    public int outputCount() {
        return message.outputCount();
    }

    @Override
    public ByteBuffer output(int index) {
        return message.output(Objects.checkIndex(index, message.outputCount()));
    }

    @Override
    public int inputObjectCount() {
        return message.inputObjectCount();
    }

    @Override
    public ObjectReference inputObject(int index) {
        return arguments.input(Objects.checkIndex(index, message.inputObjectCount()));
    }

    @Override
    public int outputObjectCount() {
        return message.outputObjectCount();
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        arguments.setOutput(Objects.checkIndex(index, message.outputObjectCount()), object);
    }

    /** Nobody can tell the secure world that its client is gone: its callbacks fail then. */
    @Override
    public boolean isAbandoned() {
        return false;
    }
}
