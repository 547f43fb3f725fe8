// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

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

    /** Gives what is released in the background its time, then counts each thing that is left as a fault. */
    void check(String when, Supplier<List<String>> remains) throws InterruptedException {
        try {
            Platform.await(
                    "nothing is left " + when, patience, () -> remains.get().isEmpty());
        } catch (TimeoutException e) {
            remains.get().forEach(each -> ledger.fault(Fault.LEAKED, when + ": " + each));
        }
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
