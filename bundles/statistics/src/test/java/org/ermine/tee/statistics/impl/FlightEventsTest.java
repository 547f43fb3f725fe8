// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.ermine.tee.spi.TeeObserver.Ended;
import org.ermine.tee.spi.TeeObserver.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a recording of Flight Recorder, field by field. */
@Timeout(60)
class FlightEventsTest {

    private static final String PREFIX = "org.ermine.tee.";
    private static final List<String> ALL = List.of("Invocation", "Callback", "Refusal", "Release", "HandlerSwap");
    private static final Source SOURCE = new Source("one", 3, "org.example 1.0.0", 17);
    private static final String OF_SOURCE = "device=one context=3 owner=org.example 1.0.0 ownerBundle=17";

    @TempDir
    Path folder;

    private final FlightEvents events = new FlightEvents();
    private final Recording recording = new Recording();

    @AfterEach
    void close() {
        recording.close();
        events.close();
    }

    /** Records these events and none of the others. */
    private void record(String... names) {
        List<String> wanted = List.of(names);
        ALL.forEach(name -> {
            if (wanted.contains(name)) {
                recording.enable(PREFIX + name);
            } else {
                recording.disable(PREFIX + name);
            }
        });
        recording.start();
    }

    /** Each of our events by its name and its own fields, sorted. */
    private List<String> recorded() throws IOException {
        recording.stop();
        Path file = folder.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith(PREFIX))
                .map(FlightEventsTest::text)
                .sorted()
                .toList();
    }

    private static String text(RecordedEvent event) {
        String fields = event.getFields().stream()
                .map(ValueDescriptor::getName)
                .filter(name -> !List.of("startTime", "duration", "eventThread", "stackTrace")
                        .contains(name))
                .map(name -> name + "=" + event.getValue(name))
                .collect(Collectors.joining(" "));
        return event.getEventType().getName().substring(PREFIX.length()) + " " + fields;
    }

    private void tellActivity(Activity activity, Ended ended) {
        Object begun = events.begin(activity);
        assertNotNull(begun);
        events.end(activity, begun, SOURCE, ended);
    }

    @Test
    @DisplayName("given a recording of all events, then each has the source that it is of, and what happened")
    void allEvents() throws IOException {
        record(ALL.toArray(String[]::new));
        HandlerSwapDTO swap = new HandlerSwapDTO();
        swap.kind = "listener";
        swap.name = "0xb";
        swap.from = "old 1.0.0";
        swap.to = "new 1.0.0";
        swap.vacantMillis = 20;

        tellActivity(Activity.INVOCATION, new Ended(4, 2, 5000, -1, -22));
        tellActivity(Activity.CALLBACK, new Ended(5, 1, 5000, 700, 9));
        tellActivity(Activity.CALLBACK, new Ended(6, 1, 5000, -1, 0));
        events.refused(SOURCE, 4, 2, new TeeException(Errno.EACCES, "not so"));
        events.refused(SOURCE, 4, 2, new TeeException(TeeResult.BUSY, "later"));
        events.released(SOURCE, "tee", 4);
        events.swapped(swap);

        assertEquals(
                List.of(
                        "Callback " + OF_SOURCE + " object=5 operation=1 result=9 queued=700",
                        "Callback " + OF_SOURCE + " object=6 operation=1 result=0 queued=0",
                        "HandlerSwap kind=listener name=0xb from=old 1.0.0 to=new 1.0.0 vacant=20",
                        "Invocation " + OF_SOURCE + " object=4 operation=2 result=-22",
                        "Refusal " + OF_SOURCE + " object=4 operation=2 errno= reason=later",
                        "Refusal " + OF_SOURCE + " object=4 operation=2 errno=EACCES reason=not so",
                        "Release " + OF_SOURCE + " kind=tee object=4"),
                recorded());
    }

    @Test
    @DisplayName("given a recording of some events, then the others are not even begun, and none of them is in it")
    void someEvents() throws IOException {
        record("Callback");

        assertNull(events.begin(Activity.INVOCATION));
        tellActivity(Activity.CALLBACK, new Ended(5, 1, 5000, 700, 0));
        events.refused(SOURCE, 4, 2, new TeeException(Errno.EACCES, "not so"));
        events.released(SOURCE, "tee", 4);
        events.swapped(new HandlerSwapDTO());

        assertEquals(List.of("Callback " + OF_SOURCE + " object=5 operation=1 result=0 queued=700"), recorded());
    }

    @Test
    @DisplayName("given threads that still tell of activities, when the events are unregistered, then nothing fails, no"
            + " event comes of it, and no type is left")
    void eventsThatComeLate() throws IOException {
        record("Callback");
        Object begun = events.begin(Activity.CALLBACK);

        events.close();
        events.end(Activity.CALLBACK, begun, SOURCE, new Ended(5, 1, 5000, 700, 0));
        Object late = events.begin(Activity.CALLBACK);
        if (late != null) {
            events.end(Activity.CALLBACK, late, SOURCE, new Ended(6, 1, 5000, 700, 0));
        }
        events.released(SOURCE, "tee", 4);

        assertTrue(FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .noneMatch(type -> type.getName().startsWith(PREFIX)));
        assertEquals(List.of(), recorded());
    }
}
