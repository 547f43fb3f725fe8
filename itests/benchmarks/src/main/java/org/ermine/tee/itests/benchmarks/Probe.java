// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedObject;

/** A trusted object that does as little as an operation can do. Used by one client thread at a time. */
public final class Probe implements TrustedObject {

    /** The UID under which it is deployed. */
    public static final int UID = 5000;

    /** Any arguments: copies input buffer i to output buffer i, returns input object i as output object i. */
    public static final int ECHO = 0;
    /** One output object: a new object. */
    public static final int CREATE = 1;
    /** One input object: a callback object to be kept. */
    public static final int KEEP = 2;
    /** One input and one output buffer: what the callback object that is kept makes of the one is the other. */
    public static final int CALL_BACK = 3;
    /** One input object: a memory object, whose first and last byte are incremented. */
    public static final int TOUCH = 4;
    /** Any output buffers: leaves them as they are, and returns them filled. */
    public static final int FILL = 5;

    private static final int ROOM = 4096;

    /** Counts the releases of this probe, and of all that were created by it. */
    private final AtomicLong released;

    /** What is kept, with the arguments to call it with; null as long as there is nothing. */
    private NormalObject kept;

    private byte[] room;
    private Arguments callback;

    public Probe() {
        this(new AtomicLong());
    }

    /** @param released counts the releases of the probe, and of those that it creates */
    public Probe(AtomicLong released) {
        this.released = released;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case ECHO -> echo(arguments);
            case CREATE -> arguments.outputObject(0, new Probe(released));
            case KEEP -> keep(((NormalObject) arguments.inputObject(0)).duplicate());
            case CALL_BACK -> callBack(arguments);
            case TOUCH -> touch((MemoryObject) arguments.inputObject(0));
            case FILL -> fill(arguments);
            default -> throw new TeeException(TeeResult.INVALID, "a probe has no operation " + op);
        }
    }

    private static void echo(IncomingArguments arguments) {
        for (int i = 0; i < arguments.outputCount(); i++) {
            arguments.output(i).put(arguments.input(i));
        }
        for (int i = 0; i < arguments.outputObjectCount(); i++) {
            arguments.outputObject(i, arguments.inputObject(i));
        }
    }

    private static void fill(IncomingArguments arguments) {
        for (int i = 0; i < arguments.outputCount(); i++) {
            arguments.output(i).position(arguments.output(i).limit());
        }
    }

    private void keep(NormalObject object) {
        closeKept();
        kept = object;
        room = new byte[ROOM];
        callback = new Arguments();
    }

    private void callBack(IncomingArguments arguments) throws TeeException {
        int size = arguments.input(0).remaining();
        if (callback.count() == 0 || callback.size(0) != size) {
            callback = new Arguments().in(room, 0, size).out(room, 0, size);
        }
        arguments.input(0).get(room, 0, size);
        kept.invoke(ECHO, callback);
        arguments.output(0).put(room, 0, callback.size(1));
    }

    private static void touch(MemoryObject memory) throws TeeException {
        try (MappedMemory mapped = memory.map()) {
            var buffer = mapped.buffer();
            int last = buffer.capacity() - 1;
            buffer.put(0, (byte) (buffer.get(0) + 1)).put(last, (byte) (buffer.get(last) + 1));
        }
    }

    private void closeKept() {
        if (kept != null) {
            kept.close();
        }
    }

    @Override
    public void released() {
        released.incrementAndGet();
        closeKept();
    }
}
