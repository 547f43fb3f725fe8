// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.shell.command.Shell;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StatisticsCommandTest {

    private final State state = new State();

    @AutoClose
    private final Shell shell = new Shell(new StatisticsCommand(state));

    private void measured(int sampling, LatencyDTO... latencies) {
        state.dto.statistics = new StatisticsDTO();
        state.dto.statistics.sampling = sampling;
        state.dto.statistics.latencies = latencies;
    }

    @Test
    void givenNobodyMeasuresThenStatisticsSaysWhatToDoAboutIt() throws Exception {
        assertEquals(
                lines("Nothing is measured. Is org.ermine.tee.statistics deployed, and enabled?"),
                shell.type("tee:statistics"));
    }

    @Test
    void givenNothingHappenedThenStatisticsSaysSo() throws Exception {
        measured(1);
        assertEquals(lines("Nothing has happened since measuring began."), shell.type("tee:statistics"));
    }

    @Test
    void givenLatenciesThenStatisticsShowsEachInARowAndHowManyAreMeasured() throws Exception {
        measured(16, State.latency());
        assertEquals(
                lines(
                        "DEVICE  KIND   MEASURED  FAILED     MIN     MEAN      P50      P90     P99    P99.9     MAX",
                        "one     queue         4       1  850 ns  12.3 us  9.99 us  99.9 us  999 us  1.00 ms  4.56 s",
                        "Of invocations, one in 16 is measured."),
                shell.type("tee:statistics"));
    }

    @Test
    void givenAHistogramThenOnlyWhatOccurredIsShown() throws Exception {
        measured(1, State.latency());
        assertEquals(
                lines(
                        "DEVICE  KIND     UP TO  MEASURED   SHARE",
                        "one     queue  1.00 us         3  75.0 %",
                        "one     queue     more         1  25.0 %"),
                shell.type("tee:statistics --histogram"));
    }

    private static String lines(String... lines) {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
