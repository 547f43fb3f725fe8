// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * A trusted service that keeps one object of the normal world for all its clients, and does with it what a test says.
 */
@QteeService(uid = Keeper.UID)
final class Keeper implements TrustedService {

    static final int UID = 5001;

    private static final int OP_ECHO = 0;
    private static final int OP_KEEP = 1;
    private static final int OP_RETURN = 2;
    private static final int OP_RETURN_AND_LET_GO = 3;
    private static final int OP_WORK = 4;

    private final AtomicReference<NormalObject> kept = new AtomicReference<>();
    private volatile Work work;

    /** What the secure world does in the course of a client's invocation. */
    @FunctionalInterface
    interface Work {
        /** @param kept what the service keeps */
        void run(NormalObject kept) throws TeeException;
    }

    @Override
    public TrustedObject open(TrustedClient client) {
        return this::invoke;
    }

    private void invoke(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case OP_ECHO -> arguments.outputObject(0, arguments.inputObject(0));
            case OP_KEEP -> keep(((NormalObject) arguments.inputObject(0)).duplicate());
            case OP_RETURN -> arguments.outputObject(0, kept.get());
            case OP_RETURN_AND_LET_GO -> {
                arguments.outputObject(0, kept.get());
                letGo();
            }
            default -> work.run(kept.get());
        }
    }

    private void keep(NormalObject object) {
        kept.set(object);
    }

    /** Lets go what it keeps, if it keeps something. To be called in the secure world. */
    void letGo() {
        NormalObject object = kept.getAndSet(null);
        if (object != null) {
            object.close();
        }
    }

    /** Gives an object to the service, which returns it without keeping it. */
    static ObjectReference echo(TeeObject service, ObjectReference object) throws TeeException {
        Arguments arguments = new Arguments().in(object).outObject();
        service.invoke(OP_ECHO, arguments);
        return arguments.object(1);
    }

    static void keep(TeeObject service, ObjectReference object) throws TeeException {
        service.invoke(OP_KEEP, new Arguments().in(object));
    }

    /** Gets what the service keeps. */
    static ObjectReference get(TeeObject service) throws TeeException {
        return returned(service, OP_RETURN);
    }

    /** Gets what the service keeps until now. */
    static ObjectReference getAndLetGo(TeeObject service) throws TeeException {
        return returned(service, OP_RETURN_AND_LET_GO);
    }

    private static ObjectReference returned(TeeObject service, int op) throws TeeException {
        Arguments arguments = new Arguments().outObject();
        service.invoke(op, arguments);
        return arguments.object(0);
    }

    /** Has work done in the course of an invocation of the service. */
    void work(TeeObject service, Work todo) throws TeeException {
        work = todo;
        service.invoke(OP_WORK, new Arguments());
    }
}
