// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.ServiceThread;
import org.ermine.tee.qcomtee.limit.QcomTeeConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells QTEE, in order and one after the other, which of its objects the normal world holds no more. Nobody who drops a
 * reference waits for QTEE, nor for a lock: a thread of its own, the leader, does the work.
 *
 * <p>A release may take long, since code of the secure world runs in it, which can also call back and wait for an
 * answer. When one takes longer than {@link Bounds#nanos}, it costs its thread and nothing else: a watching thread
 * gives the lead to another, up to a limit, and the one that comes back late ends. When all are held up, this is told,
 * and the first that comes back leads.
 *
 * <p>{@code lock} guards the leader, the list of threads, and what is due; it is not held while QTEE is called. {@link
 * #add} does not take it: it wakes the thread in {@code sleeper}, if there is one, which is the leader where it sleeps
 * and does not pause, and the watch where the leader may be held up without being watched.
 */
public final class ReleaseQueue {

    /** How an object is released. */
    public interface Release {
        /** @param name the object's id on the wire */
        void release(int name) throws TeeException;
    }

    /**
     * What keeps releases from each other.
     *
     * @param attempts how often one object is tried before it is given up
     * @param threads how many releases may be held up at once before all others wait
     * @param nanos how long a release may take before others no longer wait for it
     */
    public record Bounds(int attempts, int threads, long nanos) {}

    /** Long against waking a thread, which would cost each client that releases an object more than the release. */
    private static final long LOOK_AGAIN = TimeUnit.MICROSECONDS.toNanos(500);

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseQueue.class);

    private static final AtomicReferenceFieldUpdater<ReleaseQueue, Thread> SLEEPER =
            AtomicReferenceFieldUpdater.newUpdater(ReleaseQueue.class, Thread.class, "sleeper");

    private final Release release;
    private final String device;
    private final Bounds bounds;
    private final RepeatLog problems;
    private final ServiceThread watch;

    private final AtomicInteger pending = new AtomicInteger();
    private final SecureObjects objects = new SecureObjects(this::add);
    private final DueReleases due = new DueReleases(objects);
    private volatile Thread sleeper;

    private final ReentrantLock lock = new ReentrantLock();
    /** Nothing is pending, or the queue was stopped. */
    private final Condition changed = lock.newCondition();

    private final List<Releaser> releasers = new ArrayList<>();
    private Releaser leader;
    private Thread watching;
    /** Whether the watch will look at the leader by itself. */
    private boolean watched;

    private boolean stopped;

    /** @param problems where to tell of what QTEE can repeat */
    public ReleaseQueue(String device, Bounds bounds, RepeatLog problems, Release release) {
        this.device = device;
        this.bounds = bounds;
        this.problems = problems;
        this.release = release;
        watch = new ServiceThread("ermine-release-watch-" + device, this::watch, LOG::error);
    }

    public void start() {
        lock.lock();
        try {
            lead();
        } finally {
            lock.unlock();
        }
        watch.start();
    }

    /** The references whose ends this waits for. */
    public SecureObjects objects() {
        return objects;
    }

    private void add(int object) {
        pending.incrementAndGet();
        due.add(object);
        wakeSleeper();
    }

    private void wakeSleeper() {
        Thread thread = sleeper;
        if (thread != null && SLEEPER.compareAndSet(this, thread, null)) {
            LockSupport.unpark(thread);
        }
    }

    /** Objects that QTEE has not been told of, those under way included. */
    public int pending() {
        return pending.get();
    }

    /** Waits until nothing is pending; false if the time did not suffice. */
    public boolean awaitEmpty(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (pending() > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return pending() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads, each after its release under way. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            watch.stopAfterTurn();
            releasers.forEach(releaser -> releaser.thread.stopAfterTurn());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end of the threads. */
    public boolean awaitStopped(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        boolean ended = watch.awaitEnd(Duration.ofNanos(nanos));
        for (Releaser releaser : releasers()) {
            ended &= releaser.thread.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        return ended;
    }

    private List<Releaser> releasers() {
        lock.lock();
        try {
            return List.copyOf(releasers);
        } finally {
            lock.unlock();
        }
    }

    // ---- The threads that release.

    /** A thread that releases: the leader, or one that is held up. The lock guards its fields. */
    private final class Releaser {

        private final ServiceThread thread =
                new ServiceThread("ermine-release-" + device, () -> takeTurn(this), LOG::error);

        private Thread self;
        /** What it is releasing; {@link SecureObjects#NONE} while it is not. */
        private int object = SecureObjects.NONE;

        private long begun;
        /** Whether it looked for more once since it released one. */
        private boolean lookedAgain;

        private boolean retired;

        /** How long its present release may still take before others go on. */
        private long nanosLeft(long now) {
            return isIdle() ? DueReleases.NEVER : begun + bounds.nanos - now;
        }

        private boolean isIdle() {
            return object == SecureObjects.NONE;
        }

        private boolean hasEnded() {
            return retired && !self.isAlive();
        }
    }

    /** Begins a thread that leads. The caller has the lock. */
    private void lead() {
        releasers.removeIf(Releaser::hasEnded);
        Releaser next = new Releaser();
        releasers.add(next);
        boolean begun = false;
        try {
            next.thread.start();
            begun = true;
        } finally {
            if (!begun) {
                releasers.remove(next);
            }
        }
        leader = next;
    }

    /** One release, or a sleep until there may be one. */
    private void takeTurn(Releaser releaser) {
        int object = begin(releaser);
        if (object == SecureObjects.NONE) {
            sleep(releaser);
            return;
        }
        int name = objects.name(object);
        int failures = objects.failures(object);
        Throwable problem = attempt(name);
        boolean again = true;
        try {
            again = problem instanceof TeeException e && isToBeTriedAgain(object, e);
        } finally {
            end(releaser, !again);
        }
        if (problem != null) {
            tell(name, failures + 1, problem, again);
        }
    }

    /** {@link SecureObjects#NONE} if there is nothing for this thread to do now. */
    private int begin(Releaser releaser) {
        lock.lock();
        try {
            releaser.self = Thread.currentThread();
            if (stopped || releaser != leader) {
                return SecureObjects.NONE;
            }
            long now = System.nanoTime();
            releaser.object = due.poll(now);
            if (!releaser.isIdle()) {
                releaser.begun = now;
                releaser.lookedAgain = false;
                haveItWatched();
            }
            return releaser.object;
        } finally {
            lock.unlock();
        }
    }

    /** The watch looks by itself, or is woken as soon as another object waits. */
    private void haveItWatched() {
        if (watched) {
            sleeper = null;
            return;
        }
        sleeper = watching;
        if (!due.nothingReady()) {
            watched = true;
            wakeSleeper();
        }
    }

    /** Nothing is due for this thread: sleeps until something may be. */
    private void sleep(Releaser releaser) {
        long left;
        boolean pausing;
        lock.lock();
        try {
            long now = System.nanoTime();
            // Whoever waited for the lock may have used up the wake-up of the end.
            left = stopped ? 0 : due.untilDue(now);
            pausing = due.isPausing(now);
        } finally {
            lock.unlock();
        }
        if (pausing) {
            // What is added meanwhile waits as well, so nobody is to wake this thread for it.
            LockSupport.parkNanos(this, left);
        } else {
            sleepUnlessNew(releaser, left);
        }
    }

    /**
     * Whoever releases one object soon releases another: the leader looks once more by itself before it has to be
     * woken, which would cost a client more than the rest.
     */
    private void sleepUnlessNew(Releaser releaser, long untilDue) {
        long left = untilDue;
        if (releaser.lookedAgain) {
            sleeper = Thread.currentThread();
        } else {
            left = Math.min(left, LOOK_AGAIN);
            releaser.lookedAgain = true;
        }
        if (due.nothingNew()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** What was thrown, or null. */
    private Throwable attempt(int name) {
        try {
            release.release(name);
            return null;
        } catch (Throwable e) {
            return e;
        } finally {
            // What code of the secure world left behind, where that runs on this thread, cuts no pause short.
            Thread.interrupted();
        }
    }

    private boolean isToBeTriedAgain(int object, TeeException problem) {
        objects.failed(object);
        return problem.errno().filter(Errno.ENODEV::equals).isEmpty() && objects.failures(object) < bounds.attempts;
    }

    private void end(Releaser releaser, boolean done) {
        lock.lock();
        try {
            int object = releaser.object;
            releaser.object = SecureObjects.NONE;
            followUp(releaser);
            wakeIdleLeader(releaser);
            if (!done) {
                due.failed(object, System.nanoTime());
                return;
            }
            objects.free(object);
            due.succeeded();
            if (pending.decrementAndGet() == 0) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** One that lost the lead while it was held up gets it again if the present leader is held up too; else it ends. */
    private void followUp(Releaser releaser) {
        if (releaser == leader) {
            return;
        }
        if (leader.nanosLeft(System.nanoTime()) <= 0) {
            leader = releaser;
        } else {
            releaser.retired = true;
            releaser.thread.stopAfterTurn();
        }
    }

    /** What another thread sets aside, or the end of a pause, changes how long the leader may sleep. */
    private void wakeIdleLeader(Releaser releaser) {
        if (releaser != leader && leader.isIdle()) {
            LockSupport.unpark(leader.self);
        }
    }

    private void tell(int name, int failures, Throwable problem, boolean again) {
        if (again) {
            LOG.debug("{}: object {} of QTEE is released later: {}", device, name, problem.getMessage());
        } else if (problem instanceof TeeException) {
            problems.tell(
                    "given up",
                    () -> device + ": object " + name + " of QTEE is given up after " + failures + " attempts: "
                            + problem.getMessage());
        } else {
            problems.tell("failed", () -> device + ": the release of object " + name + " of QTEE failed: " + problem);
        }
    }

    // ---- The thread that watches them.

    /** A turn of the watch: looks at the leader, and sleeps until the next look. */
    private void watch() {
        long left = look();
        LockSupport.parkNanos(this, left);
    }

    /** Gives the lead to another where the leader is held up. Returns how long there is nothing to be looked at. */
    private long look() {
        String refusal = null;
        lock.lock();
        try {
            watching = Thread.currentThread();
            if (stopped) {
                return 0;
            }
            long left = leader.nanosLeft(System.nanoTime());
            watched = left > 0 && left != DueReleases.NEVER;
            if (left > 0) {
                return left;
            }
            if (releasing() < bounds.threads) {
                lead();
            } else {
                sleeper = watching;
                refusal = due.nothingReady() ? null : allHeldUp();
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            String text = refusal;
            problems.tell("held up", () -> text);
        }
        return untilWoken();
    }

    /** To tell of something takes locks, too, on which a wake-up may be used up. */
    private long untilWoken() {
        lock.lock();
        try {
            return stopped ? 0 : DueReleases.NEVER;
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private long releasing() {
        return releasers.stream().filter(releaser -> !releaser.retired).count();
    }

    private String allHeldUp() {
        return device + ": QTEE does not return from the release of " + bounds.threads
                + " objects, the limit (option releaseThreads of " + QcomTeeConfiguration.PID
                + "), the last one of them object "
                + objects.name(leader.object) + "; " + (pending() - bounds.threads) + " others wait";
    }
}
