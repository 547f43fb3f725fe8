// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.TeeObserver;

/**
 * Tells the observer, if there is one, what a context does. An observer that fails does no harm to the context: its
 * bundle may just be stopping, and classes that it loads for the first time are gone then.
 */
public final class Watch {

    private final AtomicReference<TeeObserver> observer;
    private final RepeatLog problems;
    private final TeeObserver.Source source;
    private final Owner owner;

    /** @param problems logs what the owner or the TEE can repeat */
    public Watch(AtomicReference<TeeObserver> observer, RepeatLog problems, String device, long context, Owner owner) {
        this.observer = observer;
        this.problems = problems;
        this.owner = owner;
        this.source = new TeeObserver.Source(device, context, owner.name(), owner.bundleId());
    }

    /**
     * Logs a problem that the owner or the TEE can repeat.
     *
     * @param cause a constant that names the problem
     */
    public void tell(String cause, Supplier<String> text) {
        problems.tell(List.of(cause, owner), text);
    }

    /** Returns the present observer, or null if there is none. */
    public TeeObserver observer() {
        return observer.get();
    }

    /** Returns the number of invocations of which the observer wants to watch one. */
    public int sampling(TeeObserver present) {
        try {
            return present.sampling();
        } catch (Throwable e) {
            report(e);
            return TeeObserver.MOST_SAMPLING;
        }
    }

    /** Begins to watch. What this returns is to be passed to {@link #end} with the same observer. */
    public Object begin(TeeObserver present, TeeObserver.Activity activity) {
        try {
            return present.begin(activity);
        } catch (Throwable e) {
            report(e);
            return null;
        }
    }

    public void end(TeeObserver present, TeeObserver.Activity activity, Object begun, TeeObserver.Ended ended) {
        try {
            present.end(activity, begun, source, ended);
        } catch (Throwable e) {
            report(e);
        }
    }

    public void failed(long object, int op, TeeException reason) {
        TeeObserver present = observer.get();
        if (present == null) {
            return;
        }
        try {
            present.failed(source, object, op, reason);
        } catch (Throwable e) {
            report(e);
        }
    }

    public void released(String kind, long object) {
        TeeObserver present = observer.get();
        if (present == null) {
            return;
        }
        try {
            present.released(source, kind, object);
        } catch (Throwable e) {
            report(e);
        }
    }

    private void report(Throwable failure) {
        problems.tell("observer", () -> "an observer failed: " + FailureText.detailed(failure));
    }
}
