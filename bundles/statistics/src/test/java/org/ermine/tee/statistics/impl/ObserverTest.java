// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.ermine.tee.spi.TeeObserver.Ended;
import org.ermine.tee.spi.TeeObserver.Source;
import org.junit.jupiter.api.Test;

class ObserverTest {

    private static final Source SOURCE = new Source("one", 3, "org.example 1.0.0", 17);
    private static final Ended ENDED = new Ended(4, 2, 5000, -1, 0);

    private final Observer observer = new Observer();
    private final Statistics statistics = new Statistics();
    private final List<String> events = new ArrayList<>();
    private final Object begun = new Object();

    /** Writes down what it is told, and checks that an end comes with the object that the beginning returned. */
    private final EventSink sink = new EventSink() {
        @Override
        public Object begin(Activity activity) {
            events.add("begin " + activity);
            return begun;
        }

        @Override
        public void end(Activity activity, Object earlier, Source source, Ended ended) {
            assertSame(begun, earlier);
            events.add("end " + activity + " of " + source.device() + " at " + ended.object());
        }

        @Override
        public void refused(Source source, long object, int op, TeeException reason) {
            events.add("refused " + object + " " + op + " " + reason.getMessage());
        }

        @Override
        public void released(Source source, String kind, long object) {
            events.add("released " + kind + " " + object);
        }

        @Override
        public void swapped(HandlerSwapDTO swap) {
            events.add("swapped");
        }
    };

    private void tellEverything() {
        Object earlier = observer.begin(Activity.INVOCATION);
        observer.end(Activity.INVOCATION, earlier, SOURCE, ENDED);
        observer.failed(SOURCE, 4, 2, new TeeException(Errno.EINVAL, "not so"));
        observer.released(SOURCE, "tee", 4);
        observer.swapped(new HandlerSwapDTO());
    }

    private RuntimeDTO contributed() {
        RuntimeDTO runtime = new RuntimeDTO();
        observer.contribute(runtime);
        return runtime;
    }

    @Test
    void givenNobodyWhoWantsToKnowThenNothingIsDone() {
        observer.use(null, null, 1);

        tellEverything();

        assertNull(observer.begin(Activity.CALLBACK));
        assertNull(contributed().statistics);
    }

    @Test
    void givenStatisticsAloneThenTheyCountAndNoEventIsMade() {
        observer.use(statistics, null, 8);

        tellEverything();

        assertEquals(List.of(), events);
        assertEquals(8, observer.sampling());
        assertEquals(8, contributed().statistics.sampling);
        assertEquals(1, contributed().statistics.latencies[0].count);
        assertEquals(1, contributed().statistics.latencies[0].failures);
    }

    @Test
    void givenWhoTakesEventsDownAloneThenEachIsToldOnceAndNothingIsCounted() {
        observer.use(null, sink, 1);

        tellEverything();

        assertEquals(
                List.of(
                        "begin INVOCATION",
                        "end INVOCATION of one at 4",
                        "refused 4 2 not so",
                        "released tee 4",
                        "swapped"),
                events);
        assertNull(contributed().statistics);
    }

    @Test
    void givenAFailureThatAnObjectAnsweredThenItIsNoRefusal() {
        observer.use(statistics, sink, 1);

        observer.failed(SOURCE, 4, 2, new TeeException(TeeResult.of(11), "no"));

        assertEquals(List.of(), events);
        assertEquals(1, contributed().statistics.latencies[0].failures);
    }

    @Test
    void givenAnActivityThatBeganBeforeAnybodyRecordedThenItsEndIsCountedButMakesNoEvent() {
        observer.use(statistics, null, 1);
        Object earlier = observer.begin(Activity.CALLBACK);
        observer.use(statistics, sink, 1);

        observer.end(Activity.CALLBACK, earlier, SOURCE, ENDED);

        assertEquals(List.of(), events);
        assertEquals(1, contributed().statistics.latencies[0].count);
    }

    @Test
    void givenAnActivityWhoseRecordingEndedThenItsEndMakesNoEvent() {
        observer.use(null, sink, 1);
        Object earlier = observer.begin(Activity.CALLBACK);
        observer.use(null, null, 1);

        observer.end(Activity.CALLBACK, earlier, SOURCE, ENDED);

        assertEquals(List.of("begin CALLBACK"), events);
    }
}
