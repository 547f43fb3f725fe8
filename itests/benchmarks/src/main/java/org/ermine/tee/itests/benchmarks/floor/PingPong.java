// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The least that a hand-off to another thread and back can be: a number goes over and its successor comes back. The
 * side that waits spins for so long, then parks. One client thread at a time.
 */
public final class PingPong implements AutoCloseable {

    /** Name of the thread that answers. */
    public static final String THREAD = "ping-pong";

    private static final int IDLE = 0;
    private static final int STOP = -1;

    /** Odd: the server's turn. Even: the client's. */
    private final AtomicInteger turn = new AtomicInteger(IDLE);

    private final long spinNanos;
    private final Thread server = new Thread(this::serve, THREAD);
    private volatile Thread client;

    public PingPong(long spinMicros) {
        spinNanos = TimeUnit.MICROSECONDS.toNanos(spinMicros);
        server.setDaemon(true);
        server.start();
    }

    /** Makes one round, there and back. */
    public int call() {
        int mine = turn.get() + 1 & Integer.MAX_VALUE;
        client = Thread.currentThread();
        turn.set(mine);
        LockSupport.unpark(server);
        await(mine + 1 & Integer.MAX_VALUE);
        return mine;
    }

    private void serve() {
        int mine = 1;
        while (await(mine)) {
            turn.set(mine + 1 & Integer.MAX_VALUE);
            LockSupport.unpark(client);
            mine = mine + 2 & Integer.MAX_VALUE;
        }
    }

    /** Returns false if it is stopped. */
    private boolean await(int mine) {
        long deadline = System.nanoTime() + spinNanos;
        int seen = turn.get();
        while (seen != mine && seen != STOP) {
            if (System.nanoTime() < deadline) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
            seen = turn.get();
        }
        return seen == mine;
    }

    @Override
    public void close() {
        turn.set(STOP);
        LockSupport.unpark(server);
    }
}
