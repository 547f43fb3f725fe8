// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.ermine.tee.itests.chaos.ledger.Fault;
import org.ermine.tee.itests.chaos.ledger.Ledger;

/** What is left over when all who took part have gone. */
final class Leaks {

    private static final String THREADS = "ermine-";
    private static final String PACKAGE = "org.ermine.tee.";

    private final Ledger ledger;
    private final Duration patience;

    Leaks(Ledger ledger, Duration patience) {
        this.ledger = ledger;
        this.patience = patience;
    }

    /**
     * Gives what is released in the background its time, then counts each thing that is left as a fault.
     *
     * @return whether nothing is left
     */
    boolean check(String when, Supplier<List<String>> remains) throws InterruptedException {
        try {
            Platform.await(
                    "nothing is left " + when, patience, () -> remains.get().isEmpty());
            return true;
        } catch (TimeoutException e) {
            remains.get().forEach(each -> ledger.fault(Fault.LEAKED, when + ": " + each));
            return false;
        }
    }

    /** Writes down what is reachable, to find out by whom. */
    static void dumpHeap(Path file) throws IOException {
        Files.deleteIfExists(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
    }

    /** Collects garbage first. */
    static List<String> classLoaders(Platform platform) {
        System.gc();
        return platform.reachable();
    }

    /** Threads that Ermine named, or that are in its code; those of the driver excepted. */
    static List<String> threads() {
        List<String> found = new ArrayList<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            boolean inside = Arrays.stream(stack)
                    .map(StackTraceElement::getClassName)
                    .anyMatch(name -> name.startsWith(PACKAGE) && !name.startsWith(Leaks.class.getPackageName()));
            if (thread.getName().startsWith(THREADS) || inside) {
                found.add("thread " + thread.getName());
            }
        });
        return found;
    }
}
