// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How often the Java threads of this process went to sleep: their voluntary changes of context, as Linux counts them.
 * Those of the JVM itself, which compile and collect, do so for reasons of their own.
 */
public final class Sleeps {

    private static final Path THREADS = Path.of("/proc/self/task");
    /** What Linux keeps of a name. */
    private static final int LONGEST_NAME = 15;
    /** The main thread has the name of the program. */
    private static final String MAIN = "java";

    private static final String COUNTER = "voluntary_ctxt_switches:";

    private final Map<String, Long> byThread;

    private Sleeps(Map<String, Long> byThread) {
        this.byThread = byThread;
    }

    /** How often threads have slept so far; 0 where the system does not tell. */
    public static Sleeps now() {
        Map<String, Long> byThread = new TreeMap<>();
        Set<String> names = javaThreads();
        if (Files.isDirectory(THREADS)) {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
                for (Path thread : threads) {
                    count(thread, names, byThread);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Sleeps(byThread);
    }

    private static Set<String> javaThreads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Set<String> names = new TreeSet<>(Set.of(MAIN));
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
                String name = thread.getThreadName();
                names.add(
                        name.substring(0, Math.min(name.length(), LONGEST_NAME)).strip());
            }
        }
        return names;
    }

    private static void count(Path thread, Set<String> names, Map<String, Long> byThread) throws IOException {
        try {
            String name = Files.readString(thread.resolve("comm")).strip();
            if (!names.contains(name)) {
                return;
            }
            for (String line : Files.readAllLines(thread.resolve("status"))) {
                if (line.startsWith(COUNTER)) {
                    byThread.merge(
                            name,
                            Long.parseLong(line.substring(COUNTER.length()).strip()),
                            Long::sum);
                }
            }
        } catch (IOException e) {
            // A thread that has ended meanwhile does not count.
            if (Files.exists(thread)) {
                throw e;
            }
        }
    }

    /** By the names of threads, as the system has them. */
    public Map<String, Long> since(Sleeps earlier) {
        Map<String, Long> since = new TreeMap<>();
        byThread.forEach((name, count) -> since.put(name, count - earlier.byThread.getOrDefault(name, 0L)));
        return since;
    }
}
