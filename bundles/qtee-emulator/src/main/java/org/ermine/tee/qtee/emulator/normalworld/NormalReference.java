// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.normalworld;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.Resource;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;

/**
 * A domain's reference to an object of the normal world. An id does not tell whether it names a callback or a memory
 * object, so this is both; the normal world refuses what does not fit.
 */
public final class NormalReference implements NormalObject, MemoryObject, Resource {

    private static final int OP_MAP_REGION = 0;
    private static final int MAP_REGION_ANSWER_SIZE = 20;

    private final NormalWorld world;
    private final NormalHandle handle;
    private final Domain domain;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param handle a share of it goes over to this */
    public NormalReference(NormalWorld world, NormalHandle handle, Domain domain) {
        this.world = world;
        this.handle = handle;
        this.domain = domain;
    }

    @Override
    public void invoke(int op, Arguments arguments) throws TeeException {
        if (op < 0 || op >= TransportFormat.FIRST_LOCAL_OP) {
            throw new TeeException(TeeResult.INVALID, "operation " + op + " is not in the range 0 to 0x7fff");
        }
        NormalHandle used = share();
        try {
            world.callBack(used.id(), op, arguments, domain);
        } finally {
            world.release(used);
        }
    }

    @Override
    public MappedMemory map() throws TeeException {
        ByteBuffer answer = ByteBuffer.allocate(MAP_REGION_ANSWER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        Arguments arguments = new Arguments().out(answer).in(this).outObject();
        NormalHandle used = share();
        try {
            world.callBack(TransportFormat.PRIMORDIAL_ID, OP_MAP_REGION, arguments, domain);
        } finally {
            world.release(used);
        }
        return Mapping.of(world.memory(), domain, answer, arguments);
    }

    @Override
    public NormalReference duplicate() {
        NormalReference duplicate = new NormalReference(world, share(), domain);
        domain.hold(duplicate);
        return duplicate;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            domain.remove(this);
            world.release(handle);
        }
    }

    /**
     * Ends the loan of a reference that was an argument.
     *
     * @return whether the normal world must be told of the handle
     */
    public boolean endLoan() {
        return closed.compareAndSet(false, true) && handle.release();
    }

    /** The id, for display and for {@link #endLoan}. */
    int id() {
        return handle.id();
    }

    /** Takes a share of the handle, for as long as a message names it. */
    public NormalHandle share() {
        if (closed.get() || !handle.share()) {
            throw new IllegalStateException("the reference to the normal world's object was closed");
        }
        return handle;
    }
}
