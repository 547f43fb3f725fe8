// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Several works, each on a thread and a {@link Processor} of its own, at the same time. The threads last as long as the
 * JVM.
 */
public final class Together implements Work {

    private final List<Work> works;
    private final List<ExecutorService> threads;

    public Together(Work... works) throws Exception {
        this(List.of(works), bound(works.length));
    }

    private Together(List<Work> works, List<ExecutorService> threads) {
        this.works = works;
        this.threads = threads;
    }

    private static List<ExecutorService> bound(int count) throws Exception {
        List<ExecutorService> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ExecutorService thread = Executors.newSingleThreadExecutor(Together::daemon);
            Processor processor = new Processor(i);
            thread.submit(() -> {
                        processor.bindMe();
                        return null;
                    })
                    .get();
            threads.add(thread);
        }
        return threads;
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

    /** The time from when the first begins, which is once all are there, until the last is done. */
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

    /** By the same threads: what each has of its own stands elsewhere in memory, which makes a difference too. */
    @Override
    public Work slowedBy(int percent) throws Exception {
        List<Work> slowed = new ArrayList<>();
        for (Work work : works) {
            slowed.add(work.slowedBy(percent));
        }
        return new Together(slowed, threads);
    }
}
