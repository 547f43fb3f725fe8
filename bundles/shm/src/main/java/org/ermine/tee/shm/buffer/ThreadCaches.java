// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.ermine.tee.shm.region.Region;

/**
 * The caches of all threads. A thread refers to its cache only by a {@link WeakReference}, a class of the JDK: what
 * holds a cache is the set in here, and with it go all caches, however long the threads live on.
 */
final class ThreadCaches {

    private final ThreadLocal<WeakReference<ThreadCache>> current = new ThreadLocal<>();
    private final Set<ThreadCache> all = ConcurrentHashMap.newKeySet();
    private final Consumer<Region> abandoned;

    /** @param abandoned gets the buffers of threads that have ended */
    ThreadCaches(Consumer<Region> abandoned) {
        this.abandoned = abandoned;
    }

    /** The calling thread's cache. */
    ThreadCache current() {
        WeakReference<ThreadCache> reference = current.get();
        ThreadCache cache = reference == null ? null : reference.get();
        return cache == null ? create() : cache;
    }

    /** The caches of all threads, perhaps also of some that have ended. */
    Iterable<ThreadCache> all() {
        return all;
    }

    /** Takes the buffers of threads that have ended out of their caches. */
    void drainAbandoned() {
        for (ThreadCache cache : all) {
            if (cache.isAbandoned() && all.remove(cache)) {
                for (Region region = cache.steal(); region != null; region = cache.steal()) {
                    abandoned.accept(region);
                }
            }
        }
    }

    private ThreadCache create() {
        drainAbandoned();
        ThreadCache cache = new ThreadCache();
        all.add(cache);
        current.set(new WeakReference<>(cache));
        return cache;
    }
}
