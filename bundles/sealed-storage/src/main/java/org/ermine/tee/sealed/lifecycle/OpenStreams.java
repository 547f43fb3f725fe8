// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.lifecycle;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.sealed.devices.DeviceService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that bundles have open. Each is ended when it is closed, when its bundle stops or its device goes, and
 * when nobody refers to it any more: that is found out when a stream or a place is asked for the next time.
 * Thread-safe, without a lock.
 */
public final class OpenStreams {

    private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final Map<OpenStream, Handle> open = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> forgotten = new ReferenceQueue<>();

    /** What a bundle has of a stream. */
    private static final class Handle extends PhantomReference<Object> {

        private final OpenStream stream;
        private final Object client;
        private final String owner;

        Handle(Object given, ReferenceQueue<Object> queue, OpenStream stream, Object client, String owner) {
            super(given, queue);
            this.stream = stream;
            this.client = client;
            this.owner = owner;
        }
    }

    /**
     * Watches a stream from now on.
     *
     * @param given what its bundle has: the stream does not refer to it
     * @param client whose streams end together
     * @param owner the bundle, for the log
     */
    public void add(OpenStream stream, Object given, Object client, String owner) {
        clear();
        open.put(stream, new Handle(given, forgotten, stream, client, owner));
    }

    /** The client's bundle has stopped, or uses it no more. */
    public void endOf(Object client) {
        endAll(handle -> handle.client == client, Ending.GIVEN_BACK);
    }

    public void endOn(DeviceService device) {
        endAll(handle -> device.equals(handle.stream.device()), Ending.DEVICE_GONE);
    }

    private void endAll(Predicate<Handle> which, Ending why) {
        open.values().stream().filter(which).forEach(handle -> handle.stream.end(why));
    }

    /** To be called for each stream that was added, when it holds nothing any more. */
    public void remove(OpenStream stream) {
        open.remove(stream);
    }

    /** Ends those that nobody refers to. */
    public void clear() {
        for (Reference<?> next = forgotten.poll(); next != null; next = forgotten.poll()) {
            Handle handle = (Handle) next;
            if (open.containsKey(handle.stream)) {
                problems.tell(handle.owner, () -> handle.owner + " has not closed a stream of sealed storage");
                handle.stream.end(Ending.FORGOTTEN);
            }
        }
    }
}
