// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/** What handlers did: each records on a tape of its own, and answers with the tape's number. */
final class Tapes implements Supplier<IntUnaryOperator> {

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, Integer> tapeOfRequest = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private volatile Tape latest;

    /** The tape of one handler. */
    final class Tape implements IntUnaryOperator {

        private final int number = numbers.incrementAndGet();
        private final AtomicInteger requests = new AtomicInteger();
        private volatile boolean unregistered;

        @Override
        public int applyAsInt(int request) {
            if (unregistered) {
                faults.add("handler " + number + " got request " + request + " after it was unregistered");
            }
            Integer before = tapeOfRequest.putIfAbsent(request, number);
            if (before != null) {
                faults.add("handler " + number + " got request " + request + ", as handler " + before + " did");
            }
            requests.incrementAndGet();
            return number;
        }

        int requests() {
            return requests.get();
        }

        /** The handler's unregistering has returned: from now on each request is a fault. */
        void unregistered() {
            unregistered = true;
        }
    }

    @Override
    public Tape get() {
        latest = fresh();
        return latest;
    }

    Tape fresh() {
        return new Tape();
    }

    /** The tape that was got last. */
    Tape latest() {
        return latest;
    }

    /** The answer that the one handler gave which got the request, null if none got it. */
    Integer answerTo(int request) {
        return tapeOfRequest.get(request);
    }

    int requests() {
        return tapeOfRequest.size();
    }

    List<String> faults() {
        return faults;
    }
}
