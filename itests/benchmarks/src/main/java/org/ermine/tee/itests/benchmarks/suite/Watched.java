// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.monitor.state.StateWriter;
import org.ermine.tee.runtime.TeeRecorder;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Ermine while somebody watches, in the ways in which that is done. */
public final class Watched {

    private Watched() {}

    private static Map<String, Map<String, Object>> statistics(boolean enabled, int sampling) {
        return Map.of(World.STATISTICS, Map.of("enabled", enabled, "sampling", sampling));
    }

    /** Statistics as they are by default. */
    @State(Scope.Benchmark)
    public static class ByStatistics extends Tee {
        @Override
        Map<String, Map<String, Object>> options() {
            return Map.of(World.STATISTICS, Map.of("enabled", true));
        }
    }

    /** Statistics that leave out no invocation. */
    @State(Scope.Benchmark)
    public static class ByStatisticsOfAll extends Tee {
        @Override
        Map<String, Map<String, Object>> options() {
            return statistics(true, 1);
        }
    }

    /** A live page that is open: as often as it may at most, it has the state written down. */
    @State(Scope.Benchmark)
    public static class ByPage extends Tee {

        private static final long MILLIS = 250;

        private final ScheduledExecutorService page = Executors.newSingleThreadScheduledExecutor();
        private ScheduledFuture<?> looks;

        @Override
        public void start() throws Exception {
            super.start();
            looks = page.scheduleAtFixedRate(this::look, 0, MILLIS, TimeUnit.MILLISECONDS);
        }

        private void look() {
            try {
                StateWriter.compact().json(world.runtime().snapshot(), new StringWriter());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A page that could not look would have cost nothing. */
        @Override
        public void stop() throws Exception {
            boolean lookedToTheEnd = !looks.isDone();
            page.shutdownNow();
            super.stop();
            if (!lookedToTheEnd) {
                throw new IllegalStateException("the state could not be written down");
            }
        }
    }

    /** Flight Recorder, as tee:record has it record. */
    @State(Scope.Benchmark)
    public static class ByRecorder extends Tee {

        private Path folder;
        private TeeRecorder recorder;

        @Override
        public void start() throws Exception {
            super.start();
            folder = Files.createTempDirectory("ermine-recording");
            recorder = world.await(TeeRecorder.class, "(objectClass=*)");
            recorder.start(folder.resolve("ermine.jfr"), null);
        }

        @Override
        public void stop() throws Exception {
            Files.delete(recorder.stop());
            Files.delete(folder);
            super.stop();
        }
    }

    /** Flight Recorder with each invocation. */
    @State(Scope.Benchmark)
    public static class ByRecorderOfAll extends ByRecorder {
        @Override
        Map<String, Map<String, Object>> options() {
            return statistics(false, 1);
        }
    }
}
