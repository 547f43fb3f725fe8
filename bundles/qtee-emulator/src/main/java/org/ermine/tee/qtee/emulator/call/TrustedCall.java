// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.ObjectId;
import org.ermine.tee.qtee.emulator.object.TrustedCode;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.support.StackReserve;
import org.ermine.tee.trusted.TrustedObject;

/**
 * One direct invocation: its message, the arguments and objects in it, and the callbacks made in its course. Used again
 * for one invocation after the other; all but the owner belongs to the thread that owns the call.
 */
public final class TrustedCall {

    private static final long TARGET_KEPT = Long.MIN_VALUE;

    private final DomainObjectTable objects;
    private final int keptMemory;
    /**
     * The thread, and which object it invokes; 0 for none. Numbers, since to store a reference costs more under most
     * collectors. Whoever has it set need not hold the object: see {@link #keepTarget}.
     */
    private final PaddedLong owner = new PaddedLong();
    /** The target, once it was handed a hold on it; guarded by the monitor. */
    private DomainObject keptTarget;

    private final InboundMessage message = new InboundMessage();
    private final OutgoingCallback callback;
    private final CallObjects callObjects;
    private final ArgumentsByOwner argumentsByOwner;
    /** Whether it is in code that must not call the normal world. */
    private boolean outside;
    /** The arguments of the last invocation that reached an object; they are open while that is in progress. */
    private OwnedArguments arguments;

    /** @param keptMemory bytes that each buffer may keep from one invocation to the next */
    public TrustedCall(NormalWorld world, DomainObjectTable objects, AsyncReleases releases, int keptMemory) {
        this.objects = objects;
        this.keptMemory = keptMemory;
        this.callObjects = new CallObjects(world, objects);
        this.argumentsByOwner = new ArgumentsByOwner(message, callObjects);
        this.callback = new OutgoingCallback(world, objects, releases);
    }

    /**
     * Takes the call, unless another has it.
     *
     * @param target number of the object that is invoked, or {@link TransportFormat#NULL_ID}: announced before it is
     *     looked up
     */
    boolean take(Thread thread, int target) {
        return owner.get() == 0 && owner.compareAndSet(0, key(thread, target));
    }

    /** To be called by the owner, with what it {@linkplain #take announced}. */
    void giveBack(int target) {
        if (!owner.compareAndSet(key(Thread.currentThread(), target), 0)) {
            takeKeptTarget().release();
        }
    }

    private synchronized DomainObject takeKeptTarget() {
        DomainObject kept = keptTarget;
        keptTarget = null;
        owner.set(0);
        return kept;
    }

    /**
     * An object loses this number, or what kept it: if the call invokes it, it is handed a hold, which it releases when
     * it ends. The caller has a hold itself meanwhile. Whoever announced the number later does not find the object any
     * more, or finds that its domain ended.
     */
    void keepTarget(int number, DomainObject object) {
        long seen = owner.get();
        if (seen > 0 && (int) seen == number) {
            keepTarget(seen, object);
        }
    }

    /**
     * The invocation that was seen may have ended since, and the call have another target, handed to it by somebody
     * else.
     */
    private synchronized void keepTarget(long seen, DomainObject object) {
        if (object.tryRetain()) {
            if (owner.compareAndSet(seen, seen | TARGET_KEPT)) {
                keptTarget = object;
            } else {
                object.release();
            }
        }
    }

    /** The ids of threads count from 1: 31 bits last for as long as any JVM lives. */
    private static long key(Thread thread, int target) {
        return (thread.getId() & Integer.MAX_VALUE) << Integer.SIZE | target & 0xffff_ffffL;
    }

    boolean isOwned() {
        return owner.get() != 0;
    }

    boolean isOwnedBy(Thread thread) {
        return (owner.get() & ~TARGET_KEPT) >>> Integer.SIZE == thread.getId();
    }

    /** Whether the thread is in the normal world, or in code that must not call it. Asked by the owner only. */
    boolean isOutside() {
        return outside || callback.isInNormalWorld();
    }

    void setOutside(boolean outside) {
        this.outside = outside;
    }

    /**
     * Carries out the invocation.
     *
     * @param head the first two words of the message, which say what is invoked
     * @return the result for the client
     */
    public int run(SecureCall transport, ByteBuffer inbound, ByteBuffer outbound, long head) {
        callback.attach(transport);
        int result = ResultCodes.ERROR;
        try {
            int base = PhysicalMemory.index(transport.inboundAddress());
            result = message.read(inbound, base, transport.inboundSize(), head);
            if (result == ResultCodes.OK) {
                result = message.op() < TransportFormat.FIRST_LOCAL_OP ? dispatch(inbound) : local();
            }
        } finally {
            end(outbound);
        }
        return result;
    }

    /** Calls an object of the normal world. */
    void callBack(int id, int op, Arguments request, Domain caller) throws TeeException {
        StackReserve.require();
        callback.callBack(id, op, request, caller, client());
    }

    /** Whose invocation it is; null if it reached no object, or one that no client registered for. */
    public Client client() {
        return arguments != null && arguments.areOpen() ? arguments.owner().client() : null;
    }

    /** The object that is invoked invokes one of another domain, which may be shown the arguments. */
    void showArguments() {
        if (arguments != null) {
            arguments.seenByOthers();
        }
    }

    private int local() {
        if (message.hasArguments()) {
            return ResultCodes.INVALID;
        }
        return switch (message.op()) {
            case TransportFormat.OP_RELEASE -> objects.release(message.context()) ? ResultCodes.OK : ResultCodes.BADOBJ;
            case TransportFormat.OP_RETAIN -> objects.retain(message.context()) ? ResultCodes.OK : ResultCodes.BADOBJ;
            default -> ResultCodes.INVALID;
        };
    }

    private int dispatch(ByteBuffer inbound) {
        ObjectId id = objects.find(message.context());
        if (id == null) {
            return ResultCodes.BADOBJ;
        }
        DomainObject target = id.hosted();
        TrustedObject object = target.object();
        if (object == null) {
            return ResultCodes.DEFUNCT;
        }
        return dispatch(object, argumentsByOwner.of(id.hosting()), inbound);
    }

    private int dispatch(TrustedObject object, OwnedArguments owned, ByteBuffer inbound) {
        if (arguments != owned) {
            arguments = owned;
        }
        Domain domain = owned.owner().domain();
        try {
            int result = prepareArguments(object, owned, inbound);
            if (result == ResultCodes.OK) {
                result = TrustedCode.carryOut(domain, object, message.op(), owned);
            }
            return result == ResultCodes.OK ? updateMessage(owned, inbound) : result;
        } finally {
            close(owned);
        }
    }

    /**
     * Lends the objects of the message to the one that is invoked, and shows it the buffers.
     *
     * @return OK, or what is wrong with an object: then nothing is to be invoked
     */
    private int prepareArguments(TrustedObject object, OwnedArguments owned, ByteBuffer inbound) {
        Domain domain = owned.owner().domain();
        int result = callObjects.lend(message, domain);
        if (result == ResultCodes.OK) {
            owned.open(inbound, message.hasBufferOf(TrustedObject.LARGE) && TrustedCode.takesInPlace(domain, object));
        }
        return result;
    }

    private int updateMessage(OwnedArguments owned, ByteBuffer inbound) {
        int result = owned.takeOutputs() ? ResultCodes.OK : ResultCodes.SIZE_OUT;
        result = callObjects.export(message, result, owned.owner());
        if (result == ResultCodes.OK) {
            owned.returnOutputs(inbound);
            for (int i = 0; i < message.outputObjectCount(); i++) {
                message.writeOutputId(inbound, i, callObjects.outputId(i));
            }
        }
        return result;
    }

    private void close(OwnedArguments owned) {
        owned.close(keptMemory);
        if (owned.areSeenByOthers()) {
            argumentsByOwner.clearLast();
        }
    }

    private void end(ByteBuffer outbound) {
        callObjects.end(message);
        callObjects.announce(callback, outbound);
        message.clear();
    }
}
