// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.connection;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.ServiceThread;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.Scope;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection of each bundle between operations, which share it: so that the TA is not loaded, and does not
 * find out what its store holds, for each of them. The connection ends when it was idle for long enough, when its
 * device goes, and when it was found to lead nowhere any more; those who use it then close it when the last of them is
 * done. Thread-safe; nothing is asked of the TEE under its lock.
 */
final class ConnectionKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionKeeper.class);
    private static final Duration END = Duration.ofSeconds(5);

    private final Supplier<Duration> idle;
    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final ServiceThread closing =
            new ServiceThread("ermine-sealed-storage-idle", this::closeWhenIdle, LOG::error);

    // Guarded by this.
    /** What the next operation of a bundle will use; nothing if it has to connect. */
    private final Map<Way, Kept> kept = new HashMap<>();

    private boolean started;
    private boolean closed;

    /** @param idle how long a connection that nobody uses is kept */
    ConnectionKeeper(Supplier<Duration> idle) {
        this.idle = idle;
    }

    /** Of which bundle a connection is, and where it leads to. */
    private record Way(DeviceService device, Bundle user) {}

    /** A connection and those who use it. Guarded by the keeper. */
    private static final class Kept {

        private final Way way;
        private final Connection connection;
        private int sessions = 1;
        private long idleSince;

        Kept(Way way, Connection connection) {
            this.way = way;
            this.connection = connection;
        }
    }

    /** A session of one operation of a bundle, to be closed at its end. */
    Session open(DeviceService device, Bundle user, Scope scope) throws SealedStorageException {
        Way way = new Way(device, user);
        Kept present = usePresent(way);
        Kept used = present != null && isAlive(present) ? present : connect(way);
        Session session = null;
        try {
            session = new Session(device, scope, used.connection.application(), problems, () -> leave(used));
            return session;
        } finally {
            if (session == null) {
                leave(used);
            }
        }
    }

    /**
     * Whether it leads to the TA. If not, and also where that cannot be told as the question fails, its user has left
     * it.
     */
    private boolean isAlive(Kept used) {
        boolean alive = false;
        try {
            alive = used.connection.isAlive();
            return alive;
        } finally {
            if (!alive) {
                remove(used);
                leave(used);
            }
        }
    }

    private Kept connect(Way way) throws SealedStorageException {
        Kept fresh = new Kept(way, Connection.open(way.device(), way.user()));
        keep(fresh);
        return fresh;
    }

    /** The device is gone, or nobody is to use it any more. */
    void remove(DeviceService device) {
        removeAll(way -> way.device().equals(device));
    }

    /** The bundle uses sealed storage no more. */
    void remove(Bundle user) {
        removeAll(way -> way.user().equals(user));
    }

    private void removeAll(Predicate<Way> which) {
        release(which).forEach(unused -> unused.connection.close());
    }

    /** Whoever has a session may go on. */
    @Override
    public void close() {
        boolean running;
        synchronized (this) {
            closed = true;
            running = started;
        }
        removeAll(way -> true);
        closing.stop();
        try {
            if (running && !closing.awaitEnd(END)) {
                LOG.debug("The thread that closes idle connections has not ended yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Kept usePresent(Way way) {
        Kept present = kept.get(way);
        if (present != null) {
            present.sessions++;
        }
        return present;
    }

    /**
     * Keeps a connection, unless another one of the same bundle to the same device came first: then it is its user's
     * alone.
     */
    private synchronized void keep(Kept fresh) {
        if (!closed) {
            kept.putIfAbsent(fresh.way, fresh);
        }
    }

    private synchronized void remove(Kept ended) {
        kept.remove(ended.way, ended);
    }

    private void leave(Kept used) {
        boolean unused;
        synchronized (this) {
            used.sessions--;
            boolean isKept = kept.get(used.way) == used;
            unused = used.sessions == 0 && !isKept;
            if (isKept) {
                used.idleSince = System.nanoTime();
                notifyAll();
                startClosing();
            }
        }
        if (unused) {
            used.connection.close();
        }
    }

    private void startClosing() {
        if (!started) {
            closing.start();
            started = true;
        }
    }

    /**
     * What was kept is not any more.
     *
     * @return what is to be closed now, as nobody uses it
     */
    private synchronized List<Kept> release(Predicate<Way> which) {
        List<Kept> released =
                kept.values().stream().filter(each -> which.test(each.way)).toList();
        kept.values().removeAll(released);
        return released.stream().filter(each -> each.sessions == 0).toList();
    }

    private void closeWhenIdle() throws InterruptedException {
        awaitIdle().connection.close();
    }

    /** Waits until a connection was idle for as long as it may be. */
    private synchronized Kept awaitIdle() throws InterruptedException {
        while (true) {
            Kept longest = longestIdle();
            if (longest == null) {
                wait();
            } else {
                long left = idle.get().toNanos() - (System.nanoTime() - longest.idleSince);
                if (left <= 0) {
                    kept.remove(longest.way);
                    return longest;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    /** Null if all are in use. */
    private Kept longestIdle() {
        long now = System.nanoTime();
        return kept.values().stream()
                .filter(each -> each.sessions == 0)
                .max(Comparator.comparingLong(each -> now - each.idleSince))
                .orElse(null);
    }

    /** The time that a connection may be idle has changed. */
    synchronized void idleChanged() {
        notifyAll();
    }
}
