// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.util.List;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;

/**
 * A callback object that the TEE holds, or that is on its way there. Its counters belong to the {@link CallbackTable},
 * and are guarded by the table's monitor.
 */
public final class HostedCallback {

    final long id;
    public final CallbackObject object;
    final long since = System.nanoTime();
    private final Owner owner;
    private final RepeatLog problems;

    /**
     * The number of hand-overs that were neither undone nor released. It is a plain number, since the table's monitor
     * guards it together with the two fields below.
     */
    int references;
    /** The number of hand-overs of which it is not yet known whether they reached the TEE. */
    int pending;
    /** Whether one of the hand-overs reached the TEE. */
    boolean reached;

    // These three are the links of HostedCallbacks.
    HostedCallback samePlace;
    HostedCallback older;
    /** The next younger entry in the table; after this one was removed, another entry that is to be notified. */
    HostedCallback younger;

    HostedCallback(long id, CallbackObject object, Owner owner, RepeatLog problems) {
        this.id = id;
        this.object = object;
        this.owner = owner;
        this.problems = problems;
    }

    /** Tells the object that the TEE does not hold it any more. That calls foreign code, so no lock may be held. */
    public void notifyReleased() {
        notifyReleased(object);
    }

    /** @param present the object itself, or what stands behind it at present */
    public void notifyReleased(CallbackObject present) {
        try {
            present.released();
        } catch (Throwable e) {
            problems.tell(
                    List.of("released", owner),
                    () -> this + " of " + owner + ": released() failed with " + FailureText.detailed(e));
        }
    }

    /** Tells this object and those that are linked to it. */
    public void notifyAllReleased() {
        for (HostedCallback each = this; each != null; each = each.younger) {
            each.notifyReleased();
        }
    }

    /** Logs that the object could not be told of its release. */
    public void notTold() {
        problems.tell(List.of("not told", owner), () -> this + " of " + owner + " is not told that the TEE let it go");
    }

    /** For example {@code callback object 3 (com.example.Time)}. */
    @Override
    public String toString() {
        return "callback object " + id + " (" + object.getClass().getName() + ")";
    }
}
