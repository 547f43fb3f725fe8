// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.trusted.TrustedObject;

/**
 * What hosts objects: QTEE's own services, a trusted service, one load of a trusted application. It ends once; its
 * objects are DEFUNCT from then on, and what it held of the normal world is given back. Thread safe.
 */
public final class Domain {

    /** Where the objects of domains are known to the normal world. Thread safe. */
    interface Registry {

        /**
         * Gives an id its number, by which the normal world finds it from now on.
         *
         * @throws TeeException NOSLOTS or KMEM if there is no room, or the client has used up its share; the id is as
         *     before
         */
        void allocate(ObjectId id) throws TeeException;

        /** An id names nothing any more. What it named is not let go of before this returns. */
        void free(ObjectId id);

        /** Calls that invoke what an id names get a hold on it: they had none of their own, since the id kept it. */
        void keepForCalls(ObjectId id);

        /** An object is not to be found by its instance any more. */
        void remove(DomainObject object);

        /** Tells an object that nobody holds it any more. */
        void released(TrustedObject object, Domain domain);

        /** An object is invoked by another domain, in the course of whatever call the thread carries out. */
        void invokedByOthers();

        /** Where to tell of what a client or trusted code can repeat. */
        RepeatLog problems();
    }

    private final String name;
    private final Registry objects;
    private final Runnable whenUnreferenced;
    /** What the domain holds; emptied when it ends. Whoever adds something after that closes it at once. */
    private final Set<Resource> resources = ConcurrentHashMap.newKeySet();
    /**
     * How many object ids of clients name objects of this domain. The number rises from 0 again with the next object,
     * so this does not count references whose last one ends the domain.
     */
    private final AtomicInteger references = new AtomicInteger();

    private volatile boolean ended;

    /** @param objects where those that leave the domain are known */
    public Domain(String name, Registry objects) {
        this(name, objects, () -> {});
    }

    /**
     * @param whenUnreferenced called when no client holds an object of the domain any more; it may happen many times
     */
    public Domain(String name, Registry objects, Runnable whenUnreferenced) {
        this.name = name;
        this.objects = objects;
        this.whenUnreferenced = whenUnreferenced;
    }

    Registry objects() {
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

    public boolean hasEnded() {
        return ended;
    }

    public int references() {
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

    public void hold(Resource resource) {
        resources.add(resource);
        if (ended) {
            remove(resource);
            resource.close();
        }
    }

    public void remove(Resource resource) {
        resources.remove(resource);
    }

    /** The domain's code can do nothing any more; what it held is given back by {@link #end}. */
    public void cutOff() {
        ended = true;
    }

    public void end() {
        cutOff();
        for (Resource resource : resources) {
            remove(resource);
            resource.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
