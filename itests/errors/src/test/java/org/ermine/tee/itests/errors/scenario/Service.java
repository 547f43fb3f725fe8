// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors.scenario;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/** What the TEE does in the scenarios. It counts the objects that it hosts for the normal world. */
@QteeService(uid = Service.UID)
final class Service implements TrustedService, TrustedObject {

    static final int UID = 5001;

    /** Answers the input with itself. */
    static final int ECHO = 0;
    /** Returns a new object. */
    static final int NEW_OBJECT = 1;
    /** Invokes the callback object with a buffer each way. */
    static final int CALL_BACK = 2;
    /** Invokes the callback object with an object of its own, and gets one from it. */
    static final int EXCHANGE = 3;
    /** Maps the memory, and lets it go. */
    static final int MAP = 4;
    /** Keeps the callback object until the next one comes. */
    static final int KEEP = 5;
    /** Lets go what it keeps. */
    static final int LET_GO = 6;
    /** Returns the object that it gets. */
    static final int RETURN = 7;

    private final AtomicInteger objects = new AtomicInteger();
    private final AtomicReference<NormalObject> kept = new AtomicReference<>();

    private final class Hosted implements TrustedObject {

        Hosted() {
            objects.incrementAndGet();
        }

        @Override
        public void invoke(int op, IncomingArguments arguments) {
            // Nobody invokes it.
        }

        @Override
        public void released() {
            objects.decrementAndGet();
        }
    }

    /** Objects that the normal world has not released. */
    int objects() {
        return objects.get();
    }

    @Override
    public TrustedObject open(TrustedClient client) {
        return this;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case ECHO -> arguments.output(0).put(arguments.input(0));
            case NEW_OBJECT -> arguments.outputObject(0, new Hosted());
            case CALL_BACK ->
                callback(arguments).invoke(0, new Arguments().in(new byte[8]).out(new byte[8]));
            case EXCHANGE -> exchange(callback(arguments));
            case MAP -> map((MemoryObject) arguments.inputObject(0));
            case KEEP -> keep(callback(arguments).duplicate());
            case LET_GO -> keep(null);
            default -> arguments.outputObject(0, arguments.inputObject(0));
        }
    }

    private static NormalObject callback(IncomingArguments arguments) {
        return (NormalObject) arguments.inputObject(0);
    }

    private void exchange(NormalObject callback) throws TeeException {
        Arguments arguments = new Arguments().in(new Hosted()).outObject();
        callback.invoke(0, arguments);
        ObjectReference got = arguments.object(1);
        if (got instanceof NormalObject object) {
            object.close();
        } else if (got instanceof MemoryObject memory) {
            memory.close();
        }
    }

    private static void map(MemoryObject memory) throws TeeException {
        MappedMemory mapped = memory.map();
        try {
            ByteBuffer bytes = mapped.buffer();
            bytes.putInt(0, bytes.getInt(0) + 1);
        } finally {
            mapped.close();
        }
    }

    private void keep(NormalObject object) {
        NormalObject before = kept.getAndSet(object);
        if (before != null) {
            before.close();
        }
    }
}
