// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Watches what contexts do, in order to measure or to record it. It is a service; of several the one with the highest
 * ranking is used. While there is none, nothing is measured and nothing costs time, so an observer that does not
 * measure at present is to be unregistered.
 *
 * <p>It is called on the threads that do the work. So implementations are thread safe and quick, never block, and
 * neither throw nor call Ermine.
 */
@ConsumerType
public interface TeeObserver {

    /** What can be watched from its beginning to its end, both on the same thread. */
    enum Activity {
        /** An invocation by a client, with all callbacks that it leads to. */
        INVOCATION,
        /** The work on a request to a callback object. */
        CALLBACK
    }

    /**
     * The context in which something happens.
     *
     * @param device its name
     * @param context {@link org.ermine.tee.runtime.ContextDTO#id}
     * @param owner symbolic name and version of the bundle that owns the context
     */
    record Source(String device, long context, String owner, long ownerBundleId) {}

    /**
     * An activity that ended.
     *
     * @param object for an invocation the TEE object or {@link DriverContext#NULL}, for a callback the callback object
     * @param nanos how long it took
     * @param waitedNanos for a callback, how long its request was queued before; negative if that is not known, and for
     *     invocations
     * @param result what the object answered, which is 0 on success; a negative errno if it was not reached
     */
    record Ended(long object, int op, long nanos, long waitedNanos, int result) {}

    /** The largest {@link #sampling}. */
    int MOST_SAMPLING = 65_536;

    /**
     * The number of invocations of a thread of which one is watched: from 1, for all, to {@link #MOST_SAMPLING}.
     * Callbacks are always watched.
     */
    int sampling();

    /**
     * Tells that an activity begins.
     *
     * @return whatever the observer wants to have again when it ends; may be null
     */
    Object begin(Activity activity);

    /**
     * Tells that an activity ended whose beginning this observer was told.
     *
     * @param begun what {@link #begin} returned
     */
    void end(Activity activity, Object begun, Source source, Ended ended);

    /**
     * Tells that an invocation failed, whether it is watched or not. With an errno it was refused, or its outcome is
     * not known.
     */
    void failed(Source source, long object, int op, TeeException reason);

    /**
     * Tells that a client closed its last reference to an object of the TEE, or that the TEE released a callback
     * object.
     *
     * @param kind {@code tee} or {@code callback}, as {@link org.ermine.tee.runtime.ObjectDTO#kind}
     */
    void released(Source source, String kind, long object);

    /** Tells that requests go to another handler from now on. */
    void swapped(HandlerSwapDTO swap);
}
