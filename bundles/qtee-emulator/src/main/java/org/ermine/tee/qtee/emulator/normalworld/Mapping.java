// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.normalworld;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.Resource;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.trusted.MappedMemory;

/**
 * Memory of the normal world, mapped. It lasts as long as the normal world's mapping object, which is released with it.
 */
public final class Mapping implements MappedMemory, Resource {

    private static final int PERMISSION_WRITE = 2;
    private static final int PERMISSION_READ = 4;

    private final ByteBuffer memory;
    private final long address;
    private final Domain domain;
    private final NormalReference mappingObject;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Mapping(ByteBuffer memory, long address, Domain domain, NormalReference mappingObject) {
        this.memory = memory;
        this.address = address;
        this.domain = domain;
        this.mappingObject = mappingObject;
    }

    /**
     * Takes the normal world's answer to a mapping request: address, length and permissions, and the mapping object.
     *
     * @throws TeeException UNAVAIL if the answer makes no sense; the mapping object is released then
     */
    static Mapping of(PhysicalMemory physical, Domain domain, ByteBuffer answer, Arguments arguments)
            throws TeeException {
        if (!(arguments.object(2) instanceof NormalReference mappingObject)) {
            throw new TeeException(TeeResult.UNAVAIL, "the normal world returned no mapping object");
        }
        try {
            if (arguments.size(0) != answer.capacity()) {
                throw refused("its answer has " + arguments.size(0) + " bytes");
            }
            long address = answer.getLong(0);
            long length = answer.getLong(8);
            int permissions = answer.getInt(16);
            if (length <= 0 || length > Integer.MAX_VALUE || (permissions & PERMISSION_READ) == 0) {
                throw refused(length + " bytes with permissions " + permissions);
            }
            ByteBuffer memory = view(physical, address, (int) length, (permissions & PERMISSION_WRITE) == 0);
            Mapping mapping = new Mapping(memory, address, domain, mappingObject);
            domain.hold(mapping);
            return mapping;
        } catch (TeeException e) {
            mappingObject.close();
            throw e;
        }
    }

    @Override
    public ByteBuffer buffer() {
        if (closed.get()) {
            throw new IllegalStateException("the memory is not mapped any more");
        }
        return memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            domain.remove(this);
            mappingObject.close();
        }
    }

    /** Where the memory starts, in physical addresses. */
    public long address() {
        return address;
    }

    public int size() {
        return memory.capacity();
    }

    private static ByteBuffer view(PhysicalMemory physical, long address, int length, boolean readOnly)
            throws TeeException {
        try {
            ByteBuffer memory = physical.resolve(address, length).slice(PhysicalMemory.index(address), length);
            return readOnly ? memory.asReadOnlyBuffer() : memory;
        } catch (IllegalArgumentException e) {
            throw refused("no memory at 0x" + Long.toHexString(address) + ", " + length + " bytes");
        }
    }

    private static TeeException refused(String what) {
        return new TeeException(
                TeeResult.UNAVAIL, "the normal world mapped memory in a way that makes no sense: " + what);
    }
}
