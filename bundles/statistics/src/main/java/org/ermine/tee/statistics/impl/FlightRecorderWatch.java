// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Knows whether a recording is running, and has the events made once one is: before that, Flight Recorder is not even
 * started.
 *
 * <p>{@code this} guards {@code events}. Flight Recorder reports changes on any thread.
 */
final class FlightRecorderWatch implements FlightRecorderListener, AutoCloseable {

    private final Consumer<EventSink> change;
    private FlightEvents events;
    private boolean closed;

    /** @param change gets the sink that records events; null if no recording is running */
    FlightRecorderWatch(Consumer<EventSink> change) {
        this.change = change;
        FlightRecorder.addListener(this);
    }

    /** Registers the events with Flight Recorder, so that settings can name them. */
    @Override
    public void recorderInitialized(FlightRecorder recorder) {
        prepare();
        tell(recorder);
    }

    @Override
    public void recordingStateChanged(Recording recording) {
        tell(FlightRecorder.getFlightRecorder());
    }

    private void tell(FlightRecorder recorder) {
        boolean running = recorder.getRecordings().stream().anyMatch(each -> each.getState() == RecordingState.RUNNING);
        change.accept(running ? prepare() : null);
    }

    private synchronized FlightEvents prepare() {
        if (events == null && !closed) {
            events = new FlightEvents();
        }
        return events;
    }

    @Override
    public void close() {
        FlightRecorder.removeListener(this);
        synchronized (this) {
            closed = true;
            if (events != null) {
                events.close();
            }
            events = null;
        }
    }
}
