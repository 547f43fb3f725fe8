// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.trusted.TrustedObject;

/**
 * One direct invocation: its message, the objects in it, and the callbacks made in its course. Used again for one invocation
 * after the other; all but the owner belongs to the thread that owns the call.
 */
final class Call implements IncomingArguments {

    private final NormalWorld world;
    private final ObjectTable objects;
    private final AsyncReleases releases;
    private final int keptMemory;
    private final AtomicReference<Thread> owner = new AtomicReference<>();
    private final InboundMessage message = new InboundMessage();
    private final CallbackMessage callback;
    private final ObjectReference[] inputObjects = new ObjectReference[Wire.MAX_OF_A_KIND];
    /** What returns to the client: a {@link NormalHandle} or {@link HostedObject} held by this, or an object of the domain. */
    private final Object[] outputObjects = new Object[Wire.MAX_OF_A_KIND];

    private final int[] outputIds = new int[Wire.MAX_OF_A_KIND];
    /** Objects of the normal world that this call held last. They may stand in the answer, so they go out with it. */
    private final int[] dropped = new int[2 * Wire.MAX_OF_A_KIND];

    private int droppedCount;
    private boolean lent;
    private boolean outside;
    private Client client;
    private Domain domain;

    /** @param keptMemory bytes that each buffer may keep from one invocation to the next */
    Call(NormalWorld world, ObjectTable objects, AsyncReleases releases, int keptMemory) {
        this.world = world;
        this.objects = objects;
        this.releases = releases;
        this.keptMemory = keptMemory;
        this.callback = new CallbackMessage(world, objects, releases);
    }

    boolean own(Thread thread) {
        return owner.get() == null && owner.compareAndSet(null, thread);
    }

    void disown() {
        owner.set(null);
    }

    boolean isOwned() {
        return owner.get() != null;
    }

    boolean isOwnedBy(Thread thread) {
        return owner.get() == thread;
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
    void callBack(int id, int op, Arguments arguments, Domain caller) throws TeeException {
        callback.invoke(this, id, op, arguments, caller, client);
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
        HostedObject target = id.object;
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
            int result = lendInputObjects();
            if (result == Results.OK) {
                result = Border.invoke(domain, object, message.op(), this);
            }
            return result == Results.OK ? returnOutputs() : result;
        } finally {
            target.drop();
        }
    }

    private int lendInputObjects() {
        lent = true;
        int result = Results.OK;
        for (int i = 0; i < message.inputObjectCount(); i++) {
            int id = message.inputId(i);
            if (id == Wire.PRIMORDIAL_ID) {
                result = Results.BADOBJ;
            } else if (Wire.isNormalWorld(id)) {
                inputObjects[i] = new NormalReference(world, new NormalHandle(id), domain);
            } else if (id != Wire.NULL_ID) {
                ObjectId known = objects.find(id);
                if (known == null || !known.object.hold()) {
                    result = Results.BADOBJ;
                } else {
                    inputObjects[i] = new LentObject(known.object, known.object.visibleTo(domain));
                }
            }
        }
        return result;
    }

    private int returnOutputs() {
        int count = message.outputObjectCount();
        int result = message.outputsFit() ? Results.OK : Results.SIZE_OUT;
        for (int i = 0; i < count; i++) {
            outputIds[i] = Wire.NULL_ID;
            HostedObject hosted = hosted(i);
            if (hosted != null && result == Results.OK) {
                try {
                    outputIds[i] = hosted.reference(holderOf(hosted));
                } catch (TeeException e) {
                    result = e.result().code();
                }
            } else if (outputObjects[i] instanceof NormalHandle handle) {
                outputIds[i] = handle.id();
            }
        }
        if (result != Results.OK) {
            withdrawOutputs(count);
            return result;
        }
        message.writeOutputs();
        for (int i = 0; i < count; i++) {
            message.writeOutputId(i, outputIds[i]);
        }
        return result;
    }

    /** An object that returned normally is the emulator's from now on: it is released when nobody holds it. */
    private HostedObject hosted(int index) {
        if (outputObjects[index] instanceof TrustedObject own) {
            outputObjects[index] = objects.host(own, domain);
        }
        return outputObjects[index] instanceof HostedObject hosted ? hosted : null;
    }

    /** The client that an object is for: a client environment is the new client's own. */
    private Client holderOf(HostedObject hosted) {
        return hosted.object() instanceof ClientEnvironment environment ? environment.client() : client;
    }

    private void withdrawOutputs(int count) {
        for (int i = 0; i < count; i++) {
            if (outputObjects[i] instanceof HostedObject && outputIds[i] != Wire.NULL_ID) {
                objects.withdraw(outputIds[i]);
            }
        }
    }

    private void finish() {
        for (int i = 0; i < message.inputObjectCount(); i++) {
            takeBack(i);
        }
        for (int i = 0; i < message.outputObjectCount(); i++) {
            dropOutput(i);
        }
        callback.finish(dropped, droppedCount);
        droppedCount = 0;
        lent = false;
        client = null;
        domain = null;
        message.release(keptMemory);
    }

    private void takeBack(int index) {
        int id = message.inputId(index);
        ObjectReference input = inputObjects[index];
        inputObjects[index] = null;
        if (input instanceof NormalReference reference) {
            if (reference.endLoan()) {
                dropped[droppedCount++] = id;
            }
        } else if (input instanceof LentObject object) {
            object.hosted().drop();
        } else if (!lent && Wire.isNormalWorld(id) && id != Wire.PRIMORDIAL_ID) {
            dropped[droppedCount++] = id;
        }
    }

    private void dropOutput(int index) {
        Object output = outputObjects[index];
        outputObjects[index] = null;
        if (output instanceof NormalHandle handle && handle.drop()) {
            dropped[droppedCount++] = handle.id();
        } else if (output instanceof HostedObject hosted) {
            hosted.drop();
        }
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
        ObjectReference input = inputObjects[Objects.checkIndex(index, message.inputObjectCount())];
        return input instanceof LentObject object ? object.visible() : input;
    }

    @Override
    public int outputObjectCount() {
        return message.outputObjectCount();
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        Objects.checkIndex(index, message.outputObjectCount());
        Object output = held(object);
        dropOutput(index);
        outputObjects[index] = output;
    }

    /** Nobody can tell the secure world that its client is gone: its callbacks fail then. */
    @Override
    public boolean isAbandoned() {
        return false;
    }

    private static Object held(ObjectReference object) {
        if (object instanceof NormalReference reference) {
            return reference.share();
        }
        if (object instanceof TrustedReference reference) {
            if (!reference.hosted().hold()) {
                throw new IllegalArgumentException("the object is DEFUNCT");
            }
            return reference.hosted();
        }
        if (object == null || object instanceof TrustedObject) {
            return object;
        }
        throw new IllegalArgumentException(object.getClass().getName() + " is no object of the trusted side");
    }
}
