// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.normalworld.NormalHandle;
import org.ermine.tee.qtee.emulator.normalworld.NormalReference;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.ClientObject;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.ObjectId;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.ermine.tee.qtee.emulator.object.TrustedReference;
import org.ermine.tee.trusted.TrustedObject;

/**
 * The objects of one invocation: lent to the callee as inputs, held from where the callee sets them as outputs until
 * they have reached the client. Used again for one invocation after the other, when {@link #end} was called for the
 * former; belongs to the thread of the call.
 */
final class CallObjects {

    private final NormalWorld world;
    private final DomainObjectTable objects;
    private final ObjectReference[] inputs = new ObjectReference[TransportFormat.MAX_OF_A_KIND];
    /**
     * What returns to the client: a {@link NormalHandle} or {@link DomainObject} held by this, or an object of the
     * callee.
     */
    private final Object[] outputs = new Object[TransportFormat.MAX_OF_A_KIND];

    private final int[] outputIds = new int[TransportFormat.MAX_OF_A_KIND];
    /** Objects of the normal world that this held last. They may stand in the answer, so they go out with it. */
    private final int[] dropped = new int[2 * TransportFormat.MAX_OF_A_KIND];

    private int droppedCount;
    private boolean lent;

    CallObjects(NormalWorld world, DomainObjectTable objects) {
        this.world = world;
        this.objects = objects;
    }

    ObjectReference input(int index) {
        return inputs[index] instanceof LentObject object ? object.visible() : inputs[index];
    }

    void setOutput(int index, ObjectReference object) {
        Object replaced = outputs[index];
        outputs[index] = held(object);
        if (replaced instanceof NormalHandle handle) {
            world.release(handle);
        } else if (replaced instanceof DomainObject hosted) {
            hosted.release();
        }
    }

    /**
     * Lends the input objects to the callee.
     *
     * @return OK, or BADOBJ if one of them is none
     */
    int lend(InboundMessage message, Domain domain) {
        lent = true;
        int result = ResultCodes.OK;
        for (int i = 0; i < message.inputObjectCount(); i++) {
            int id = message.inputId(i);
            if (id == TransportFormat.PRIMORDIAL_ID) {
                result = ResultCodes.BADOBJ;
            } else if (TransportFormat.isNormalWorld(id)) {
                inputs[i] = new NormalReference(world, new NormalHandle(id), domain);
            } else if (id != TransportFormat.NULL_ID) {
                ObjectId known = objects.find(id);
                if (known == null || !known.hosted().tryRetain()) {
                    result = ResultCodes.BADOBJ;
                } else {
                    inputs[i] = new LentObject(known.hosted(), TrustedReference.visible(known.hosted(), domain));
                }
            }
        }
        return result;
    }

    /**
     * Gives the output objects ids, for the client of the invocation, or none of them.
     *
     * @param result of the invocation so far. Also when it is not OK, but the callee returned normally, its objects are
     *     the emulator's from now on: they are released when nobody holds them
     * @param owner whose domain they come from, and whose client they are for
     * @return that, or why an object cannot be given an id
     */
    int export(InboundMessage message, int result, Hosting owner) {
        int count = message.outputObjectCount();
        Arrays.fill(outputIds, 0, count, TransportFormat.NULL_ID);
        int outcome = ResultCodes.ERROR;
        try {
            outcome = addReferences(count, result, owner);
        } finally {
            if (outcome != ResultCodes.OK) {
                releaseReferences(count);
            }
        }
        return outcome;
    }

    private int addReferences(int count, int result, Hosting owner) {
        int outcome = result;
        for (int i = 0; i < count; i++) {
            DomainObject hosted = hosted(i, owner);
            if (hosted != null && outcome == ResultCodes.OK) {
                try {
                    outputIds[i] = hosted.reference(holderOf(hosted, owner.client()));
                } catch (TeeException e) {
                    outcome = e.result().code();
                }
            } else if (outputs[i] instanceof NormalHandle handle) {
                outputIds[i] = handle.id();
            }
        }
        return outcome;
    }

    int outputId(int index) {
        return outputIds[index];
    }

    private DomainObject hosted(int index, Hosting owner) {
        if (outputs[index] instanceof TrustedObject own) {
            outputs[index] = objects.host(own, owner);
        }
        return outputs[index] instanceof DomainObject hosted ? hosted : null;
    }

    /** The client that an object is for. */
    private static Client holderOf(DomainObject hosted, Client client) {
        return hosted.object() instanceof ClientObject own ? own.client() : client;
    }

    private void releaseReferences(int count) {
        for (int i = 0; i < count; i++) {
            if (outputs[i] instanceof DomainObject && outputIds[i] != TransportFormat.NULL_ID) {
                objects.releaseUnannounced(outputIds[i]);
            }
        }
    }

    private void endLoan(int index, int id) {
        ObjectReference input = inputs[index];
        inputs[index] = null;
        if (input instanceof NormalReference reference) {
            if (reference.endLoan()) {
                dropped[droppedCount++] = id;
            }
        } else if (input instanceof LentObject object) {
            object.hosted().release();
        } else if (!lent && TransportFormat.isNormalWorld(id) && id != TransportFormat.PRIMORDIAL_ID) {
            dropped[droppedCount++] = id;
        }
    }

    private void releaseOutput(int index) {
        Object output = outputs[index];
        outputs[index] = null;
        if (output instanceof NormalHandle handle && handle.release()) {
            dropped[droppedCount++] = handle.id();
        } else if (output instanceof DomainObject hosted) {
            hosted.release();
        }
    }

    /**
     * Ends all loans and holds. Input objects that nobody was lent are let go of as well: they are the secure world's.
     */
    void end(InboundMessage message) {
        for (int i = 0; i < message.inputObjectCount(); i++) {
            endLoan(i, message.inputId(i));
        }
        for (int i = 0; i < message.outputObjectCount(); i++) {
            releaseOutput(i);
        }
        lent = false;
    }

    /** Hands the outbound buffer back with what {@link #end} let go of. */
    void announce(OutgoingCallback callback, ByteBuffer outbound) {
        callback.end(outbound, dropped, droppedCount);
        droppedCount = 0;
    }

    private static Object held(ObjectReference object) {
        if (object instanceof NormalReference reference) {
            return reference.share();
        }
        if (object instanceof TrustedReference reference) {
            if (!reference.hosted().tryRetain()) {
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
