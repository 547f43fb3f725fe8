// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import static org.ermine.tee.Arguments.Kind.INPUT_BUFFER;
import static org.ermine.tee.Arguments.Kind.INPUT_OBJECT;
import static org.ermine.tee.Arguments.Kind.OUTPUT_BUFFER;
import static org.ermine.tee.Arguments.Kind.OUTPUT_OBJECT;
import static org.ermine.tee.qtee.emulator.message.TransportFormat.MAX_OF_A_KIND;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.Arguments.Kind;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.message.CallbackLayout;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.normalworld.NormalHandle;
import org.ermine.tee.qtee.emulator.normalworld.NormalReference;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.ObjectId;
import org.ermine.tee.qtee.emulator.object.TrustedReference;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;

/**
 * The outbound buffer of a call: callback requests, their responses, and asynchronous messages behind the one or, with
 * the final result, from the start. What the normal world answers is checked before any of it is used. Belongs to the
 * call's thread.
 */
final class OutgoingCallback {

    private static final int RESULT = 0;
    private static final int CONTEXT = 4;
    private static final int OP = 8;
    private static final int COUNTS = 12;
    private static final int MAX_SIZE = 4096;

    private static final int[] NO_IDS = {};

    private final NormalWorld world;
    private final DomainObjectTable objects;
    private final AsyncReleases releases;
    private final CallbackLayout layout = new CallbackLayout();
    private final RequestObjects requested;
    /** Sizes of the output buffers as answered. */
    private final int[] written = new int[MAX_OF_A_KIND];

    private final ObjectReference[] returned = new ObjectReference[MAX_OF_A_KIND];

    private SecureCall transport;
    /**
     * Null but in the course of a callback: to store a reference in each invocation costs more than to find it again in
     * a callback.
     */
    private ByteBuffer memory;

    private boolean inNormalWorld;
    private int base;
    private int limit;

    OutgoingCallback(NormalWorld world, DomainObjectTable objects, AsyncReleases releases) {
        this.world = world;
        this.objects = objects;
        this.releases = releases;
        this.requested = new RequestObjects(world, objects);
    }

    /** Uses the outbound buffer of a call, at most its first 4 KiB. */
    void attach(SecureCall transport) {
        this.transport = transport;
        base = PhysicalMemory.index(transport.outboundAddress());
        limit = Math.min(transport.outboundSize(), MAX_SIZE) & ~7;
    }

    /** Whether the thread of the call is in the normal world, which serves a request. */
    boolean isInNormalWorld() {
        return inNormalWorld;
    }

    /** Hands the buffer back with the final result. */
    void end(ByteBuffer outbound, int[] dropped, int droppedCount) {
        // What callbacks left was cleared after each of them.
        int end = releases.write(outbound, base, base + limit, dropped, droppedCount);
        transport.outboundUsed(end - base);
        transport = null;
    }

    /**
     * Sends a request and takes the answer.
     *
     * @param domain the domain that calls
     * @param client on whose behalf: objects of the secure world in the request become its
     */
    void callBack(int target, int op, Arguments arguments, Domain domain, Client client) throws TeeException {
        memory = world.memory().resolve(transport.outboundAddress(), transport.outboundSize());
        try {
            exchange(target, op, arguments, domain, client);
        } finally {
            memory = null;
        }
    }

    private void exchange(int target, int op, Arguments arguments, Domain domain, Client client) throws TeeException {
        int end = prepareMessage(target, op, arguments, domain, client);
        int used = releases.write(memory, base + end, base + limit, NO_IDS, 0) - base;
        try {
            serve();
            updateArguments(target, op, arguments, domain);
        } finally {
            requested.answered();
            clear(used);
        }
    }

    /**
     * Writes the request into the buffer; where it breaks off, nothing of it is left there and no object is held.
     *
     * @return where the request ends
     */
    private int prepareMessage(int target, int op, Arguments arguments, Domain domain, Client client)
            throws TeeException {
        ArgumentAccess.reset(arguments);
        int end = layout.layOut(arguments, limit);
        clear(end);
        boolean prepared = false;
        try {
            writeRequest(target, op, arguments);
            for (int i = 0; i < layout.count(INPUT_OBJECT); i++) {
                int id = requested.export(arguments.object(layout.index(INPUT_OBJECT, i)), domain, client);
                memory.putInt(base + layout.position(INPUT_OBJECT, i), id);
            }
            prepared = true;
        } finally {
            if (!prepared) {
                requested.releaseUnannounced();
                clear(end);
            }
        }
        return end;
    }

    private void serve() throws TeeException {
        inNormalWorld = true;
        try {
            transport.serveCallback();
        } finally {
            inNormalWorld = false;
        }
    }

    private void writeRequest(int target, int op, Arguments arguments) {
        memory.putInt(base + RESULT, 0);
        memory.putInt(base + CONTEXT, target);
        memory.putInt(base + OP, op);
        memory.putInt(base + COUNTS, layout.wireCounts());
        for (int i = 0; i < layout.count(INPUT_BUFFER); i++) {
            writeBuffer(INPUT_BUFFER, i);
            copyInput(arguments, i);
        }
        for (int i = 0; i < layout.count(OUTPUT_BUFFER); i++) {
            writeBuffer(OUTPUT_BUFFER, i);
        }
    }

    private void writeBuffer(Kind kind, int i) {
        int at = base + layout.position(kind, i);
        memory.putInt(at, layout.offset(kind, i));
        memory.putInt(at + 4, layout.size(kind, i));
    }

    private void copyInput(Arguments arguments, int i) {
        int index = layout.index(INPUT_BUFFER, i);
        int at = base + layout.offset(INPUT_BUFFER, i);
        byte[] array = ArgumentAccess.array(arguments, index);
        if (array != null) {
            memory.put(at, array, ArgumentAccess.offset(arguments, index), layout.size(INPUT_BUFFER, i));
        } else {
            memory.put(
                    at,
                    ArgumentAccess.byteBuffer(arguments, index),
                    ArgumentAccess.offset(arguments, index),
                    layout.size(INPUT_BUFFER, i));
        }
    }

    /** Reads the answer, all of it before any of it reaches the caller. */
    private void updateArguments(int target, int op, Arguments arguments, Domain domain) throws TeeException {
        int result = memory.getInt(base + RESULT);
        if (result != ResultCodes.OK) {
            throw new TeeException(
                    TeeResult.of(result),
                    String.format(Locale.ROOT, "object 0x%08x of the normal world failed operation %d", target, op));
        }
        boolean sound = readOutputSizes();
        sound &= readOutputObjects(domain);
        if (!sound) {
            giveBackReturned();
            throw new TeeException(
                    TeeResult.UNAVAIL,
                    String.format(
                            Locale.ROOT,
                            "object 0x%08x of the normal world answered operation %d with nonsense",
                            target,
                            op));
        }
        for (int i = 0; i < layout.count(OUTPUT_BUFFER); i++) {
            copyOutput(arguments, i);
        }
        for (int i = 0; i < layout.count(OUTPUT_OBJECT); i++) {
            ArgumentAccess.returned(arguments, layout.index(OUTPUT_OBJECT, i), returned[i]);
            if (returned[i] instanceof NormalReference reference) {
                domain.hold(reference);
            }
            returned[i] = null;
        }
    }

    /**
     * Takes the sizes of the output buffers.
     *
     * @return whether each is at most what was asked for, in its place
     */
    private boolean readOutputSizes() {
        boolean sound = true;
        for (int i = 0; i < layout.count(OUTPUT_BUFFER); i++) {
            int at = base + layout.position(OUTPUT_BUFFER, i);
            int size = memory.getInt(at + 4);
            sound &= memory.getInt(at) == layout.offset(OUTPUT_BUFFER, i);
            sound &= size >= 0 && size <= layout.size(OUTPUT_BUFFER, i);
            written[i] = size;
        }
        return sound;
    }

    /**
     * Takes the output objects.
     *
     * @return whether each id is one that the normal world may return
     */
    private boolean readOutputObjects(Domain domain) {
        boolean sound = true;
        for (int i = 0; i < layout.count(OUTPUT_OBJECT); i++) {
            int id = memory.getInt(base + layout.position(OUTPUT_OBJECT, i));
            returned[i] = null;
            if (id == TransportFormat.PRIMORDIAL_ID) {
                sound = false;
            } else if (TransportFormat.isNormalWorld(id)) {
                returned[i] = new NormalReference(world, new NormalHandle(id), domain);
            } else if (id != TransportFormat.NULL_ID) {
                ObjectId known = objects.find(id);
                sound &= known != null;
                returned[i] = known == null ? null : TrustedReference.visible(known.hosted(), domain);
            }
        }
        return sound;
    }

    private void giveBackReturned() {
        for (int i = 0; i < layout.count(OUTPUT_OBJECT); i++) {
            if (returned[i] instanceof NormalReference reference) {
                reference.close();
            }
            returned[i] = null;
        }
    }

    private void copyOutput(Arguments arguments, int i) {
        int index = layout.index(OUTPUT_BUFFER, i);
        int at = base + layout.offset(OUTPUT_BUFFER, i);
        byte[] array = ArgumentAccess.array(arguments, index);
        if (array != null) {
            memory.get(at, array, ArgumentAccess.offset(arguments, index), written[i]);
        } else {
            ArgumentAccess.byteBuffer(arguments, index)
                    .put(ArgumentAccess.offset(arguments, index), memory, at, written[i]);
        }
        ArgumentAccess.written(arguments, index, written[i]);
    }

    private void clear(int end) {
        for (int i = 0; i < end; i += Long.BYTES) {
            memory.putLong(base + i, 0);
        }
    }
}
