// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.TeeObserver;

/** Passes activities on to the statistics and to the sink that records events; either may be absent at present. */
final class Observer implements TeeObserver, RuntimeContributor {

    private volatile Statistics statistics;
    private volatile EventSink events;
    private volatile int sampling;

    /** Sets what is told from now on. The statistics and the sink may be null. */
    void use(Statistics statistics, EventSink events, int sampling) {
        this.statistics = statistics;
        this.events = events;
        this.sampling = sampling;
    }

    @Override
    public int sampling() {
        return sampling;
    }

    @Override
    public Object begin(Activity activity) {
        EventSink sink = events;
        return sink == null ? null : sink.begin(activity);
    }

    @Override
    public void end(Activity activity, Object begun, Source source, Ended ended) {
        Statistics present = statistics;
        if (present != null) {
            present.ended(source.device(), activity, ended);
        }
        EventSink sink = events;
        if (begun != null && sink != null) {
            sink.end(activity, begun, source, ended);
        }
    }

    @Override
    public void failed(Source source, long object, int op, TeeException reason) {
        Statistics present = statistics;
        if (present != null) {
            present.invocationFailed(source.device());
        }
        EventSink sink = events;
        if (sink != null && reason.errno().isPresent()) {
            sink.refused(source, object, op, reason);
        }
    }

    @Override
    public void released(Source source, String kind, long object) {
        EventSink sink = events;
        if (sink != null) {
            sink.released(source, kind, object);
        }
    }

    @Override
    public void swapped(HandlerSwapDTO swap) {
        EventSink sink = events;
        if (sink != null) {
            sink.swapped(swap);
        }
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        Statistics present = statistics;
        if (present != null) {
            runtime.statistics = present.describe(sampling);
        }
    }

    /** Never calls the listener, since everything that this contributes is a counter. */
    @Override
    public void onChange(Runnable listener) {}
}
