// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.chaos.ledger.ContextLife;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.Owner;
import org.ermine.tee.itests.chaos.tee.Connection;
import org.ermine.tee.itests.chaos.tee.Operations;
import org.osgi.framework.BundleContext;

/**
 * A thread that has hostile code called, by one way or the other. What becomes of it is of no interest but to its
 * neighbours.
 */
final class Neighbour implements Runnable {

    private static final Duration LIMIT = Duration.ofMillis(50);
    private static final long PAUSE_MILLIS = 10;
    /** How often hostile code is called that does not return, which keeps a thread for seconds. */
    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final BundleContext bundle;
    private final Ledger ledger;
    private final Owner owner;
    private final boolean listeners;
    private final CountDownLatch end;
    private long lastSeldom = System.nanoTime() - SELDOM_NANOS;

    Neighbour(BundleContext bundle, Ledger ledger, boolean listeners, CountDownLatch end) {
        this.bundle = bundle;
        this.ledger = ledger;
        this.owner = ledger.owner("hostile");
        this.listeners = listeners;
        this.end = end;
    }

    @Override
    public void run() {
        while (isGoingOn()) {
            try (Connection connection = Connection.open(bundle, ledger, new ContextLife(owner))) {
                work(connection);
            } catch (TeeException | IllegalStateException e) {
                // Parts of Ermine come and go.
                assert e.getMessage() != null;
            }
        }
    }

    private boolean isGoingOn() {
        try {
            return !end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void work(Connection connection) {
        while (!connection.isClosed()) {
            for (Hostility hostility : Hostility.values()) {
                if (!isGoingOn()) {
                    return;
                }
                if (hostility != Hostility.NOT_RETURN || isTimeForSeldom()) {
                    call(connection, hostility);
                }
            }
        }
    }

    private boolean isTimeForSeldom() {
        long now = System.nanoTime();
        boolean due = now - lastSeldom >= SELDOM_NANOS;
        lastSeldom = due ? now : lastSeldom;
        return due;
    }

    private void call(Connection connection, Hostility hostility) {
        ledger.hostile((listeners ? "listener " : "callback ") + hostility);
        try {
            if (listeners) {
                int listener = Activator.FIRST_LISTENER + hostility.ordinal();
                byte[] id = ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(listener)
                        .array();
                connection.application().invoke(Operations.ASK_ANY, new Arguments().in(id), LIMIT);
            } else {
                connection
                        .application()
                        .invoke(Operations.CALL_ANY, new Arguments().in(new Callback(hostility)), LIMIT);
            }
        } catch (TeeException | IllegalStateException e) {
            // It is refused, or takes too long: nothing else is to be expected.
            assert e.getMessage() != null;
        }
    }

    /**
     * Hostile also when it is told that it was released, but for what does not return: of these there would be too
     * many.
     */
    private final class Callback implements CallbackObject {

        private final Hostility hostility;

        Callback(Hostility hostility) {
            this.hostility = hostility;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            hostility.act(end);
        }

        @Override
        public void released() {
            if (hostility != Hostility.NOT_RETURN) {
                hostility.act(end);
            }
        }
    }
}
