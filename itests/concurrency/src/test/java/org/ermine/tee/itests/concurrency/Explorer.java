// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Explores scenarios for tests, which get it as a parameter, and tells at the end of the run how much of each was seen.
 * {@code -Dinterleavings=20} multiplies the number of interleavings that each of them is given.
 */
public final class Explorer implements AutoCloseable {

    private static final int FACTOR = Integer.getInteger("interleavings", 1);

    private final Queue<String> rows = new ConcurrentLinkedQueue<>();

    /** Makes it a parameter of tests. */
    public static final class Extension implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Explorer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(Explorer.class))
                    .getOrComputeIfAbsent(Explorer.class, type -> new Explorer(), Explorer.class);
        }
    }

    /**
     * Nothing must be found.
     *
     * @param most interleavings to carry out
     * @param scenario a record
     */
    public void explore(int most, Runnable scenario) {
        String what = scenario.toString();
        int given = Math.multiplyExact(most, FACTOR);
        long start = System.nanoTime();
        Exploration exploration = Exploration.of(scenario, given);
        add(what, exploration, start, exploration.complete() ? "all, nothing wrong" : "nothing wrong");
        assertNull(exploration.failure(), what + ": " + exploration.failure());
    }

    void add(String what, Exploration exploration, long start, String result) {
        rows.add(String.format(
                "| %s | %d | %.1f | %s |",
                what, exploration.interleavings(), (System.nanoTime() - start) / 1e9, result));
    }

    @Override
    public void close() throws IOException {
        List<String> table = new ArrayList<>();
        table.add("| check | interleavings | s | result |");
        table.add("|---|---:|---:|---|");
        table.addAll(rows);
        Files.write(Path.of(System.getProperty("concurrency.report")), table);
        table.forEach(System.out::println);
    }
}
