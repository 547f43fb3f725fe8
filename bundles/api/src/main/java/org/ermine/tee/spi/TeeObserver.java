// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Watches what contexts do, to measure or to record it. A service; of several the one with the highest ranking is used.
 * While there is none nothing is measured, and nothing costs time: who does not measure at present takes the service
 * back.
 *
 * <p>Called on the threads that do the work: implementations are thread safe, quick, never block, and neither throw nor
 * call Ermine.
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
     * Who does something.
     *
     * @param device its name
     * @param context {@link org.ermine.tee.runtime.ContextDTO#id}
     * @param owner symbolic name and version of the bundle that owns the context
     */
    record Source(String device, long context, String owner, long ownerBundleId) {}

    /**
     * What ended.
     *
     * @param object of an invocation the TEE object or {@link DriverContext#NULL}, of a callback the callback object
     * @param nanos how long it took
     * @param waitedNanos of a callback how long its request was queued before; negative if that is not known, and of
     *     invocations
     * @param result what the object answered, 0 if it has no complaint; a negative errno if it did not come to that
     */
    record Ended(long object, int op, long nanos, long waitedNanos, int result) {}

    /** The largest {@link #sampling}. */
    int MOST_SAMPLING = 65_536;

    /**
     * Of so many invocations of a thread one is watched: 1, for all, to {@link #MOST_SAMPLING}. Callbacks always are.
     */
    int sampling();

    /**
     * Something begins.
     *
     * @return whatever the observer wants to have again when it ends; may be null
     */
    Object begin(Activity activity);

    /**
     * Something ended that this observer was told the beginning of.
     *
     * @param begun what {@link #begin} returned
     */
    void end(Activity activity, Object begun, Source source, Ended ended);

    /** An invocation failed, watched or not; with an errno it was refused or its outcome is not known. */
    void failed(Source source, long object, int op, TeeException reason);

    /**
     * A client closed its last reference to an object of the TEE, or the TEE let a callback object go.
     *
     * @param kind {@code tee} or {@code callback}, as {@link org.ermine.tee.runtime.ObjectDTO#kind}
     */
    void released(Source source, String kind, long object);

    /** Requests go to another handler from now on. */
    void swapped(HandlerSwapDTO swap);
}
