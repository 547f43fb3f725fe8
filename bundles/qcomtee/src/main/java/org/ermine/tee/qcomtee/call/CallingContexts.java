// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;

/**
 * The contexts of a device that may be in QTEE, by their numbers, and whether they have to leave.
 *
 * <p>{@code this} guards {@code made}, {@code closing} and changes of {@code contexts}.
 */
public final class CallingContexts {

    /** The number of the device's own context. */
    public static final int OWN_NUMBER = 1;

    private final String device;
    private final CallingContext own;
    /** The contexts of clients. */
    private final Map<Integer, CallingContext> contexts = new ConcurrentHashMap<>();
    /** How many numbers clients were given. */
    private int made;

    private boolean closing;
    private volatile boolean over;

    /** @param own the device's own, with {@link #OWN_NUMBER} */
    public CallingContexts(String device, CallingContext own) {
        this.device = device;
        this.own = own;
    }

    /** A number for a context of a client: one that no other has. */
    public synchronized int nextNumber() {
        int number;
        do {
            number = OWN_NUMBER + 1 + Math.floorMod(made++, Integer.MAX_VALUE - OWN_NUMBER);
        } while (contexts.containsKey(number));
        return number;
    }

    /** @throws TeeException EINVAL if the device is closing */
    public synchronized void add(CallingContext context) throws TeeException {
        if (closing) {
            throw new TeeException(Errno.EINVAL, "device " + device + " is going away");
        }
        contexts.put(context.key(), context);
    }

    public synchronized void remove(CallingContext context) {
        contexts.remove(context.key(), context);
        notifyAll();
    }

    /** A context that an invocation is in; null if it was cut off. */
    CallingContext get(int number) {
        return number == OWN_NUMBER ? own : contexts.get(number);
    }

    /**
     * Lets no more contexts of clients in, and waits until all of them are gone, at most so long. Returns those that
     * are not.
     */
    public synchronized Collection<CallingContext> close(long nanos) throws InterruptedException {
        closing = true;
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (!contexts.isEmpty() && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return List.copyOf(contexts.values());
    }

    /** The device is at its end: whoever is in QTEE leaves. */
    public void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
