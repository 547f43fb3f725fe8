// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/**
 * A trusted application that does what tests tell it: each invocation carries the number of a piece of work that waits
 * for it.
 */
@QteeApplication(name = SecureWorker.NAME)
final class SecureWorker implements TrustedApplication {

    static final String NAME = "org.ermine.tee.testing.worker";

    private static final int OP_WORK = 0;

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, Order> orders = new ConcurrentHashMap<>();

    /** A piece of work, and what it threw. */
    private static final class Order {
        final SecureWork work;
        volatile TeeException thrown;

        Order(SecureWork work) {
            this.work = work;
        }
    }

    /** How an invocation is made: with a time limit or without. */
    @FunctionalInterface
    interface Invocation {
        void run(int op, Arguments arguments) throws TeeException;
    }

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        return (op, arguments) -> work(environment, op, arguments);
    }

    private void work(TrustedEnvironment environment, int op, IncomingArguments arguments) throws TeeException {
        Order order = op == OP_WORK ? orders.get(arguments.input(0).getInt()) : null;
        if (order == null) {
            throw new TeeException(TeeResult.INVALID, "no such work");
        }
        List<ObjectReference> objects = IntStream.range(0, arguments.inputObjectCount())
                .mapToObj(arguments::inputObject)
                .toList();
        try {
            order.work.run(environment, objects);
        } catch (TeeException e) {
            order.thrown = e;
            throw e;
        }
    }

    /**
     * Has the work done by an invocation. What the work threw is thrown here, unless the invocation failed otherwise.
     */
    void carryOut(SecureWork work, Invocation invocation, ObjectReference... objects) throws TeeException {
        int number = numbers.incrementAndGet();
        Order order = new Order(work);
        orders.put(number, order);
        try {
            Arguments arguments = new Arguments()
                    .in(ByteBuffer.allocate(Integer.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(0, number));
            for (ObjectReference object : objects) {
                arguments.in(object);
            }
            invocation.run(OP_WORK, arguments);
        } catch (TeeException e) {
            throw order.thrown != null && order.thrown.result().equals(e.result()) ? order.thrown : e;
        } finally {
            orders.remove(number);
        }
    }
}
