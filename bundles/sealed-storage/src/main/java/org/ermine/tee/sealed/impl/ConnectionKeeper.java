// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.spi.ServiceThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection between operations, which share it: so that the TA is not loaded, and does not find out what its store
 * holds, for each of them. The connection ends when it was idle for long enough, when its device goes, and when it was found to
 * lead nowhere any more; those who use it then close it when the last of them is done. Thread-safe; nothing is asked of the TEE
 * under its lock.
 */
final class ConnectionKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionKeeper.class);
    private static final Duration END = Duration.ofSeconds(5);

    private final Supplier<Duration> idle;
    private final ServiceThread closing =
            new ServiceThread("ermine-sealed-storage-idle", ConnectionKeeper.class, this::closeWhenIdle, LOG::error);

    // Guarded by this.
    /** What the next operation will use; null if it has to connect. */
    private Kept kept;

    private boolean started;
    private boolean closed;

    /** @param idle how long a connection that nobody uses is kept */
    ConnectionKeeper(Supplier<Duration> idle) {
        this.idle = idle;
    }

    /** A connection and those who use it. Guarded by the keeper. */
    private static final class Kept {

        private final TeeDevice device;
        private final Connection connection;
        private int users = 1;
        private long idleSince;

        Kept(TeeDevice device, Connection connection) {
            this.device = device;
            this.connection = connection;
        }
    }

    /** A session of one operation, to be closed at its end. */
    Session open(TeeDevice device) throws SealedStorageException {
        Kept present = usePresent(device);
        Kept used = present != null && isAlive(present) ? present : connect(device);
        Session session = null;
        try {
            session = new Session(device, used.connection.application(), () -> leave(used));
            return session;
        } finally {
            if (session == null) {
                leave(used);
            }
        }
    }

    /** Whether it leads to the TA. If not, also where that cannot be told as the question fails, its user has left it. */
    private boolean isAlive(Kept used) {
        boolean alive = false;
        try {
            alive = used.connection.isAlive();
            return alive;
        } finally {
            if (!alive) {
                forget(used);
                leave(used);
            }
        }
    }

    private Kept connect(TeeDevice device) throws SealedStorageException {
        Kept fresh = new Kept(device, Connection.open(device));
        close(keep(fresh));
        return fresh;
    }

    /** The device is gone, or nobody is to use it any more. */
    void forget(TeeDevice device) {
        Kept unused = null;
        synchronized (this) {
            if (kept != null && kept.device == device) {
                unused = release();
            }
        }
        close(unused);
    }

    /** Whoever has a session may go on. */
    @Override
    public void close() {
        Kept unused;
        boolean running;
        synchronized (this) {
            closed = true;
            running = started;
            unused = release();
        }
        close(unused);
        closing.stop();
        try {
            if (running && !closing.awaitEnd(END)) {
                LOG.debug("The thread that closes idle connections has not ended yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Kept usePresent(TeeDevice device) {
        if (kept == null || kept.device != device) {
            return null;
        }
        kept.users++;
        return kept;
    }

    /**
     * Keeps a connection, unless another one to the same device came first: then it is its user's alone.
     *
     * @return what is to be closed now, or null
     */
    private synchronized Kept keep(Kept fresh) {
        if (closed || kept != null && kept.device == fresh.device) {
            return null;
        }
        Kept unused = release();
        kept = fresh;
        return unused;
    }

    private synchronized void forget(Kept ended) {
        if (kept == ended) {
            kept = null;
        }
    }

    private void leave(Kept used) {
        boolean unused;
        synchronized (this) {
            used.users--;
            unused = used.users == 0 && kept != used;
            if (kept == used) {
                used.idleSince = System.nanoTime();
                notifyAll();
                startClosing();
            }
        }
        if (unused) {
            close(used);
        }
    }

    private void startClosing() {
        if (!started) {
            closing.start();
            started = true;
        }
    }

    /** What was kept is not any more. @return what is to be closed now, null if there is nothing or it is in use */
    private Kept release() {
        Kept released = kept;
        kept = null;
        return released == null || released.users > 0 ? null : released;
    }

    private static void close(Kept unused) {
        if (unused != null) {
            unused.connection.close();
        }
    }

    private void closeWhenIdle() throws InterruptedException {
        close(awaitIdle());
    }

    /** Waits until a connection was idle for as long as it may be. */
    private synchronized Kept awaitIdle() throws InterruptedException {
        while (true) {
            if (kept == null || kept.users > 0) {
                wait();
            } else {
                long left = idle.get().toNanos() - (System.nanoTime() - kept.idleSince);
                if (left <= 0) {
                    return release();
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    /** The time that a connection may be idle has changed. */
    synchronized void idleChanged() {
        notifyAll();
    }
}
