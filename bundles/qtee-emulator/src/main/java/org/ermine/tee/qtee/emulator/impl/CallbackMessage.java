// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.Wire.ARGUMENT_SIZE;
import static org.ermine.tee.qtee.emulator.impl.Wire.MAX_OF_A_KIND;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ermine.tee.Arguments;
import org.ermine.tee.Arguments.Kind;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.trusted.TrustedObject;

/**
 * The outbound buffer of a call: callback requests, their responses, and asynchronous messages behind the one or, with the final
 * result, from the start. What the normal world answers is checked before any of it is used. Belongs to the call's thread.
 */
final class CallbackMessage {

    private static final int RESULT = 0;
    private static final int CONTEXT = 4;
    private static final int OP = 8;
    private static final int COUNTS = 12;
    private static final int HEADER_SIZE = 16;
    private static final int MAX_SIZE = 4096;

    private static final Kind[] KINDS = Kind.values();
    private static final int IB = Kind.INPUT_BUFFER.ordinal();
    private static final int OB = Kind.OUTPUT_BUFFER.ordinal();
    private static final int IO = Kind.INPUT_OBJECT.ordinal();
    private static final int OO = Kind.OUTPUT_OBJECT.ordinal();
    private static final int[] NO_IDS = {};

    private final NormalWorld world;
    private final ObjectTable objects;
    private final AsyncReleases releases;
    /** Of each kind: how many, and for each the index among the caller's arguments. */
    private final int[] counts = new int[KINDS.length];

    private final int[] indexes = new int[KINDS.length * MAX_OF_A_KIND];
    /** Of input and output buffers: offset and size as sent. Of objects: ids. */
    private final int[] offsets = new int[2 * MAX_OF_A_KIND];

    private final int[] sizes = new int[2 * MAX_OF_A_KIND];
    private final int[] ids = new int[MAX_OF_A_KIND];
    /** The normal world's own objects in the request, held until it is answered. */
    private final NormalHandle[] lent = new NormalHandle[MAX_OF_A_KIND];

    private final ObjectReference[] returned = new ObjectReference[MAX_OF_A_KIND];

    private SecureCall transport;
    private ByteBuffer memory;
    private int base;
    private int limit;

    CallbackMessage(NormalWorld world, ObjectTable objects, AsyncReleases releases) {
        this.world = world;
        this.objects = objects;
        this.releases = releases;
    }

    /** Uses the outbound buffer of a call, at most its first 4 KiB. */
    void attach(SecureCall transport, ByteBuffer outbound) {
        this.transport = transport;
        memory = outbound;
        base = PhysicalMemory.index(transport.outboundAddress());
        limit = Math.min(transport.outboundSize(), MAX_SIZE) & ~7;
    }

    /** Hands the buffer back with the final result. */
    void finish(int[] dropped, int droppedCount) {
        releases.write(memory, base, base + limit, dropped, droppedCount);
        transport = null;
        memory = null;
    }

    /**
     * Sends a request and takes the answer.
     *
     * @param domain who calls
     * @param client on whose behalf: objects of the secure world in the request become its
     */
    void invoke(Call call, int target, int op, Arguments arguments, Domain domain, Client client) throws TeeException {
        arguments.reset();
        group(arguments);
        int end = layOut(arguments);
        clear(end);
        int exported = 0;
        try {
            writeRequest(target, op, arguments);
            for (; exported < counts[IO]; exported++) {
                ids[exported] =
                        export(exported, arguments.object(indexes[IO * MAX_OF_A_KIND + exported]), domain, client);
                memory.putInt(argument(counts[IB] + counts[OB] + exported), ids[exported]);
            }
        } catch (TeeException | RuntimeException e) {
            withdraw(exported);
            endLoans();
            clear(end);
            throw e;
        }
        releases.write(memory, base + end, base + limit, NO_IDS, 0);
        call.setOutside(true);
        try {
            transport.serveCallback();
            call.setOutside(false);
            readResponse(target, op, arguments, domain);
        } finally {
            call.setOutside(false);
            endLoans();
            clear(limit);
        }
    }

    private void group(Arguments arguments) throws TeeException {
        Arrays.fill(counts, 0);
        for (int i = 0; i < arguments.count(); i++) {
            int kind = arguments.kind(i).ordinal();
            if (counts[kind] == MAX_OF_A_KIND) {
                throw new TeeException(
                        TeeResult.MAXARGS,
                        "argument " + i + ": more than " + MAX_OF_A_KIND + " of kind " + KINDS[kind]);
            }
            indexes[kind * MAX_OF_A_KIND + counts[kind]++] = i;
        }
    }

    /** Gives each buffer its place. @return where the message ends */
    private int layOut(Arguments arguments) throws TeeException {
        long end = HEADER_SIZE + (long) ARGUMENT_SIZE * (counts[IB] + counts[OB] + counts[IO] + counts[OO]);
        for (int kind = IB; kind <= OB; kind++) {
            for (int i = 0; i < counts[kind]; i++) {
                int buffer = kind * MAX_OF_A_KIND + i;
                offsets[buffer] = (int) end;
                sizes[buffer] = arguments.capacity(indexes[buffer]);
                end += Wire.aligned((long) sizes[buffer]);
                if (end > limit) {
                    break;
                }
            }
        }
        if (end > limit) {
            throw new TeeException(TeeResult.MAXDATA, "the arguments do not fit into a message of " + limit + " bytes");
        }
        return (int) end;
    }

    private void writeRequest(int target, int op, Arguments arguments) {
        memory.putInt(base + RESULT, 0);
        memory.putInt(base + CONTEXT, target);
        memory.putInt(base + OP, op);
        memory.putInt(base + COUNTS, Wire.counts(counts[IB], counts[OB], counts[IO], counts[OO]));
        for (int kind = IB; kind <= OB; kind++) {
            for (int i = 0; i < counts[kind]; i++) {
                int buffer = kind * MAX_OF_A_KIND + i;
                int at = argument(kind * counts[IB] + i);
                memory.putInt(at, offsets[buffer]);
                memory.putInt(at + 4, sizes[buffer]);
            }
        }
        for (int i = 0; i < counts[IB]; i++) {
            int index = indexes[i];
            byte[] array = arguments.array(index);
            if (array != null) {
                memory.put(base + offsets[i], array, arguments.offset(index), sizes[i]);
            } else {
                memory.put(base + offsets[i], arguments.byteBuffer(index), arguments.offset(index), sizes[i]);
            }
        }
    }

    private int export(int index, ObjectReference object, Domain domain, Client client) throws TeeException {
        if (object == null) {
            return Wire.NULL_ID;
        }
        if (object instanceof NormalReference reference) {
            lent[index] = reference.share();
            return lent[index].id();
        }
        if (object instanceof TrustedReference reference) {
            return exportHosted(reference.hosted(), client);
        }
        if (object instanceof TrustedObject own) {
            HostedObject hosted = objects.host(own, domain);
            try {
                return hosted.reference(client);
            } finally {
                hosted.dropSilently();
            }
        }
        throw new TeeException(TeeResult.INVALID, object.getClass().getName() + " is no object of the trusted side");
    }

    private static int exportHosted(HostedObject hosted, Client client) throws TeeException {
        if (!hosted.hold()) {
            throw new TeeException(TeeResult.DEFUNCT, "an input object is DEFUNCT");
        }
        try {
            return hosted.reference(client);
        } finally {
            hosted.drop();
        }
    }

    private void withdraw(int exported) {
        for (int i = 0; i < exported; i++) {
            if (!Wire.isNormalWorld(ids[i]) && ids[i] != Wire.NULL_ID) {
                objects.withdraw(ids[i]);
            }
        }
    }

    private void endLoans() {
        for (int i = 0; i < counts[IO]; i++) {
            if (lent[i] != null) {
                world.drop(lent[i]);
                lent[i] = null;
            }
        }
    }

    private void readResponse(int target, int op, Arguments arguments, Domain domain) throws TeeException {
        int result = memory.getInt(base + RESULT);
        if (result != Results.OK) {
            throw new TeeException(
                    TeeResult.of(result),
                    String.format("object 0x%08x of the normal world failed operation %d", target, op));
        }
        boolean sound = readOutputSizes();
        sound &= readOutputObjects(domain);
        if (!sound) {
            giveBackReturned();
            throw new TeeException(
                    TeeResult.UNAVAIL,
                    String.format("object 0x%08x of the normal world answered operation %d with nonsense", target, op));
        }
        for (int i = 0; i < counts[OB]; i++) {
            copyOutput(arguments, MAX_OF_A_KIND + i);
        }
        for (int i = 0; i < counts[OO]; i++) {
            arguments.returned(indexes[OO * MAX_OF_A_KIND + i], returned[i]);
            if (returned[i] instanceof NormalReference reference) {
                domain.hold(reference);
            }
            returned[i] = null;
        }
    }

    /** Takes the sizes of the output buffers. @return whether each is at most what was asked for, in its place */
    private boolean readOutputSizes() {
        boolean sound = true;
        for (int i = 0; i < counts[OB]; i++) {
            int buffer = MAX_OF_A_KIND + i;
            int at = argument(counts[IB] + i);
            int size = memory.getInt(at + 4);
            sound &= memory.getInt(at) == offsets[buffer] && size >= 0 && size <= sizes[buffer];
            sizes[buffer] = size;
        }
        return sound;
    }

    /** Takes the output objects. @return whether each id is one that the normal world may return */
    private boolean readOutputObjects(Domain domain) {
        boolean sound = true;
        for (int i = 0; i < counts[OO]; i++) {
            int id = memory.getInt(argument(counts[IB] + counts[OB] + counts[IO] + i));
            returned[i] = null;
            if (id == Wire.PRIMORDIAL_ID) {
                sound = false;
            } else if (Wire.isNormalWorld(id)) {
                returned[i] = new NormalReference(world, new NormalHandle(id), domain);
            } else if (id != Wire.NULL_ID) {
                ObjectId known = objects.find(id);
                sound &= known != null;
                returned[i] = known == null ? null : known.object.visibleTo(domain);
            }
        }
        return sound;
    }

    private void giveBackReturned() {
        for (int i = 0; i < counts[OO]; i++) {
            if (returned[i] instanceof NormalReference reference) {
                reference.close();
            }
            returned[i] = null;
        }
    }

    private void copyOutput(Arguments arguments, int buffer) {
        int index = indexes[buffer];
        byte[] array = arguments.array(index);
        if (array != null) {
            memory.get(base + offsets[buffer], array, arguments.offset(index), sizes[buffer]);
        } else {
            ByteBuffer room = arguments.byteBuffer(index);
            room.put(arguments.offset(index), memory, base + offsets[buffer], sizes[buffer]);
        }
        arguments.written(index, sizes[buffer]);
    }

    private void clear(int end) {
        for (int i = 0; i < end; i += 8) {
            memory.putLong(base + i, 0);
        }
    }

    private int argument(int position) {
        return base + HEADER_SIZE + position * ARGUMENT_SIZE;
    }
}
