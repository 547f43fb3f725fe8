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
 * Tells the observer, if there is one, what a context does. An observer that fails harms nobody: its bundle may be on its way out,
 * and classes that it needs first then are gone.
 */
public final class Watch {

    private final AtomicReference<TeeObserver> observer;
    private final RepeatLog problems;
    private final TeeObserver.Source source;
    private final Owner owner;

    /** @param problems where to tell of what the owner or the TEE can repeat */
    public Watch(AtomicReference<TeeObserver> observer, RepeatLog problems, String device, long context, Owner owner) {
        this.observer = observer;
        this.problems = problems;
        this.owner = owner;
        this.source = new TeeObserver.Source(device, context, owner.name(), owner.bundleId());
    }

    /**
     * Tells the log of a problem that the owner or the TEE can repeat.
     *
     * @param cause a constant
     */
    public void tell(String cause, Supplier<String> text) {
        problems.tell(List.of(cause, owner), text);
    }

    /** The present observer, or null. */
    public TeeObserver observer() {
        return observer.get();
    }

    /** Of so many invocations one is to be watched. */
    public int sampling(TeeObserver present) {
        try {
            return present.sampling();
        } catch (RuntimeException | Error e) {
            report(e);
            return TeeObserver.MOST_SAMPLING;
        }
    }

    /** To be given back to {@link #end} with the same observer. */
    public Object begin(TeeObserver present, TeeObserver.Activity activity) {
        try {
            return present.begin(activity);
        } catch (RuntimeException | Error e) {
            report(e);
            return null;
        }
    }

    public void end(TeeObserver present, TeeObserver.Activity activity, Object begun, TeeObserver.Ended ended) {
        try {
            present.end(activity, begun, source, ended);
        } catch (RuntimeException | Error e) {
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
        } catch (RuntimeException | Error e) {
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
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    private void report(Throwable failure) {
        problems.tell("observer", () -> "an observer failed: " + FailureText.detailed(failure));
    }
}
