// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.callback;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The sources that have turns due, in the order in which they get them. Each source brings its {@link Place} along, so
 * that to announce a request needs no memory. Not thread safe: it is guarded by a lock of its owner.
 */
public final class SourceLine {

    /**
     * Where a source stands in a line, and how many turns are due there. It is made together with the source, and is in
     * one line at a time. If another line announces the source meanwhile, as when workers take the place of others that
     * still have turns of it, that line makes a place of its own.
     */
    public static final class Place {

        private final CallbackSource source;
        /** The line that it stands in, which then guards all the rest; null while no turn is due. */
        private final AtomicReference<SourceLine> line = new AtomicReference<>();

        private int turns;
        private Place next;
        private Place previous;

        public Place(CallbackSource source) {
            this.source = source;
        }

        public CallbackSource source() {
            return source;
        }

        /** How many turns are due here. */
        public int turns() {
            return turns;
        }

        /** The next one in the line, or null. */
        public Place next() {
            return next;
        }

        private boolean isIn(SourceLine asking) {
            return line.get() == asking || line.compareAndSet(null, asking);
        }
    }

    private Place first;
    private Place last;
    private int turns;

    /** Adds a turn of {@code source}. If it had none, it becomes the last in the line. */
    public void add(CallbackSource source) {
        Place own = source.place();
        Place place = own.isIn(this) ? own : elsewhere(source);
        if (place.turns++ == 0) {
            append(place);
        }
        turns++;
    }

    private Place elsewhere(CallbackSource source) {
        Place other = new Place(source);
        other.line.set(this);
        return other;
    }

    /** The first place, or null. */
    public Place first() {
        return first;
    }

    /** How many turns are due altogether. */
    public int turns() {
        return turns;
    }

    /** Takes a turn. If the source has others, it becomes the last in the line. */
    public CallbackSource take(Place place) {
        if (place.turns > 1) {
            unlink(place);
            append(place);
        }
        return takeInPlace(place);
    }

    /** Takes a turn. If the source has others, it keeps its place in the line. */
    public CallbackSource takeInPlace(Place place) {
        turns--;
        if (--place.turns == 0) {
            leave(place);
        }
        return place.source;
    }

    /** Takes all turns that are due there. */
    public void remove(Place place) {
        turns -= place.turns;
        place.turns = 0;
        leave(place);
    }

    private void leave(Place place) {
        unlink(place);
        place.line.set(null);
    }

    private void append(Place place) {
        place.previous = last;
        if (last == null) {
            first = place;
        } else {
            last.next = place;
        }
        last = place;
    }

    private void unlink(Place place) {
        if (place.previous == null) {
            first = place.next;
        } else {
            place.previous.next = place.next;
        }
        if (place.next == null) {
            last = place.previous;
        } else {
            place.next.previous = place.previous;
        }
        place.next = null;
        place.previous = null;
    }
}
