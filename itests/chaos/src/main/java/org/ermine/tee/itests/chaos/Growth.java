// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What would grow as long as a run goes on if work planted work: tasks that wait for their time or for a thread,
 * whoever planned them, and threads of Ermine. All of them are counted in the JVM itself, so nothing has to be known of
 * whoever makes them.
 */
final class Growth {

    /** What the JDK keeps of work that is to be done later. */
    private static final List<String> PLANNED = List.of(
            "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask",
            "java.util.concurrent.LinkedBlockingQueue$Node",
            "java.util.concurrent.LinkedBlockingDeque$Node",
            "java.util.concurrent.FutureTask",
            "java.util.concurrent.CompletableFuture");

    /** Far more than a system with the load of a run has at a time, far less than where work plants work. */
    private static final long MOST_PLANNED = 1_000;

    /** A line of a histogram: number, instances, bytes, class, module. */
    private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +(\\S+)");

    private final int mostThreads;

    Growth(int mostThreads) {
        this.mostThreads = mostThreads;
    }

    /** What there is more of than there may be, one line each. */
    List<String> excess() throws JMException {
        List<String> excess = new ArrayList<>();
        Matcher line = LINE.matcher(histogram());
        while (line.find()) {
            long count = Long.parseLong(line.group(1));
            if (PLANNED.contains(line.group(2)) && count > MOST_PLANNED) {
                excess.add(count + " of " + line.group(2) + ", at most " + MOST_PLANNED);
            }
        }
        List<String> threads = Leaks.threads();
        if (threads.size() > mostThreads) {
            excess.add(threads.size() + " threads, at most " + mostThreads + ": " + threads);
        }
        return excess;
    }

    /** The objects that are reachable, by class. */
    private static String histogram() throws JMException {
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
    }
}
