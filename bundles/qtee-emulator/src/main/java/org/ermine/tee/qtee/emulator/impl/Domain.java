// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What hosts objects: QTEE's own services, a trusted service, one load of a trusted application. It ends once; its objects are
 * DEFUNCT from then on, and what it held of the normal world is given back. Thread safe.
 */
final class Domain {

    private final String name;
    private final ObjectTable objects;
    private final Runnable whenUnreferenced;
    /** What the domain holds; emptied when it ends. Who adds one after that closes it at once. */
    private final Set<Resource> resources = ConcurrentHashMap.newKeySet();
    /** Object ids of clients that name objects of this domain. */
    private final AtomicInteger references = new AtomicInteger();

    private volatile boolean ended;

    /** @param objects where those that leave the domain are known */
    Domain(String name, ObjectTable objects) {
        this(name, objects, () -> {});
    }

    /** @param whenUnreferenced called when no client holds an object of the domain any more; it may happen many times */
    Domain(String name, ObjectTable objects, Runnable whenUnreferenced) {
        this.name = name;
        this.objects = objects;
        this.whenUnreferenced = whenUnreferenced;
    }

    ObjectTable objects() {
        return objects;
    }

    /**
     * Tells the log of a problem that the domain's code or a client of it can repeat.
     *
     * @param cause a constant
     */
    void tell(String cause, Supplier<String> text) {
        objects.problems().tell(List.of(cause, name), text);
    }

    boolean hasEnded() {
        return ended;
    }

    int references() {
        return references.get();
    }

    void referenced() {
        references.incrementAndGet();
    }

    void unreferenced() {
        if (references.decrementAndGet() == 0) {
            whenUnreferenced.run();
        }
    }

    void hold(Resource resource) {
        resources.add(resource);
        if (ended) {
            forget(resource);
            resource.close();
        }
    }

    void forget(Resource resource) {
        resources.remove(resource);
    }

    /** The domain's code can do nothing any more; what it held is given back by {@link #end}. */
    void cutOff() {
        ended = true;
    }

    void end() {
        cutOff();
        for (Resource resource : resources) {
            forget(resource);
            resource.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
