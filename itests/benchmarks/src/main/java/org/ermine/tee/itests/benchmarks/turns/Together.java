// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Several works, each on a thread and a {@link Processor} of its own, at the same time. The threads last as long as the JVM. */
public final class Together implements Work {

    private final List<Work> works;
    private final List<ExecutorService> threads = new ArrayList<>();

    public Together(Work... works) throws Exception {
        this.works = List.of(works);
        for (int i = 0; i < works.length; i++) {
            ExecutorService thread = Executors.newSingleThreadExecutor(Together::daemon);
            Processor processor = new Processor(i);
            thread.submit(() -> {
                        processor.bindMe();
                        return null;
                    })
                    .get();
            threads.add(thread);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "together");
        thread.setDaemon(true);
        return thread;
    }

    /** Each does its work so many times. Returns when the last is done. */
    @Override
    public void run(int times) throws Exception {
        timed(times);
    }

    /** From when the first begins, which is once all are there, until the last is done. */
    @Override
    public long timed(int times) throws Exception {
        AtomicInteger missing = new AtomicInteger(works.size());
        List<Future<Span>> spans = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            Work work = works.get(i);
            spans.add(threads.get(i).submit(() -> {
                awaitOthers(missing);
                long start = System.nanoTime();
                work.run(times);
                return new Span(start, System.nanoTime());
            }));
        }
        Span all = spans.get(0).get();
        for (Future<Span> span : spans) {
            all = all.with(span.get());
        }
        return all.end() - all.start();
    }

    private record Span(long start, long end) {
        private Span with(Span other) {
            return new Span(other.start - start < 0 ? other.start : start, other.end - end > 0 ? other.end : end);
        }
    }

    private static void awaitOthers(AtomicInteger missing) {
        missing.decrementAndGet();
        while (missing.get() > 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    public Work slowedBy(int percent) throws Exception {
        Work[] slowed = new Work[works.size()];
        for (int i = 0; i < slowed.length; i++) {
            slowed[i] = works.get(i).slowedBy(percent);
        }
        return new Together(slowed);
    }
}
