// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.ermine.tee.spi.TeeObserver.Ended;
import org.ermine.tee.spi.TeeObserver.Source;

/**
 * Records single events, as {@link org.ermine.tee.spi.TeeObserver} is told of them. The interface refers to nothing of
 * Flight Recorder.
 */
interface EventSink {

    /** Begins an event; returns null if this event is not recorded at present. */
    Object begin(Activity activity);

    /** @param begun not null */
    void end(Activity activity, Object begun, Source source, Ended ended);

    void refused(Source source, long object, int op, TeeException reason);

    void released(Source source, String kind, long object);

    void swapped(HandlerSwapDTO swap);
}
