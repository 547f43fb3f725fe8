// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.RuntimeContributor;
import org.ermine.tee.spi.TeeObserver;

/** Passes on to the statistics what they are about. */
final class MeasuringObserver implements TeeObserver, RuntimeContributor {

    private final Statistics statistics;
    private volatile int sampling;

    MeasuringObserver(Statistics statistics, int sampling) {
        this.statistics = statistics;
        this.sampling = sampling;
    }

    void sampling(int sampling) {
        this.sampling = sampling;
    }

    @Override
    public int sampling() {
        return sampling;
    }

    @Override
    public Object begin(Activity activity) {
        return null;
    }

    @Override
    public void end(Activity activity, Object begun, Source source, Ended ended) {
        statistics.ended(source.device(), activity, ended);
    }

    @Override
    public void failed(Source source, long object, int op, TeeException reason) {
        statistics.invocationFailed(source.device());
    }

    @Override
    public void released(Source source, String kind, long object) {}

    @Override
    public void swapped(HandlerSwapDTO swap) {}

    @Override
    public void contribute(RuntimeDTO runtime) {
        runtime.statistics = statistics.describe(sampling);
    }

    /** All that it tells are counters. */
    @Override
    public void onChange(Runnable listener) {}
}
