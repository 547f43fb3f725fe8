// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.SealedStorage;

/**
 * What each operation on a secret of 1 KiB costs while the store holds few and many: invocations of the TEE, its
 * requests to the file handler, forced files, time. Time is compared with that of {@linkplain ForcedFile a plain file},
 * which is written in turn with each operation. What the counting costs is not in the times: operations are counted in
 * a pass of their own.
 */
final class Operations {

    private static final int SIZE = 1024;
    private static final int TIMED = 200;
    private static final int COUNTED = 20;
    private static final int WARM_UP = 2000;

    private final SealedStorage storage;
    private final ForcedFile file;
    private final TeeRuntime runtime;
    private final byte[] content = new byte[SIZE];
    private int stored;

    Operations(SealedStorage storage, TeeRuntime runtime, Path folder) {
        this.storage = storage;
        this.runtime = runtime;
        file = new ForcedFile(folder.resolve("file"));
        new Random(1).nextBytes(content);
    }

    @FunctionalInterface
    private interface Operation {
        void on(String name) throws IOException;
    }

    /** @param populations how many objects the store holds while an operation is measured, ascending */
    void measure(List<Integer> populations) throws IOException {
        System.out.printf(
                "| at 1 KiB | invocations | requests | forced | p50, us | p99, us | p50 of a file forced twice: ratio "
                        + "|%n");
        System.out.println("|---|---|---|---|---|---|---|");
        warmUp();
        for (int population : populations) {
            fill(population);
            for (Map.Entry<String, Operation> operation : operations().entrySet()) {
                report(operation.getKey() + " of " + population, operation.getValue());
            }
        }
        file.delete();
    }

    /** In the order in which they leave the store as it was. */
    private Map<String, Operation> operations() {
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("seal", name -> storage.seal("new-" + name, content));
        operations.put("replace", name -> storage.seal("new-" + name, content));
        operations.put("unseal", name -> storage.read("new-" + name));
        operations.put("get", name -> storage.get("new-" + name));
        operations.put("remove", name -> storage.remove("new-" + name));
        return operations;
    }

    private void warmUp() throws IOException {
        for (int round = 0; round < WARM_UP; round++) {
            storage.seal("warm", content);
            storage.read("warm");
            storage.remove("warm");
            file.write(content);
        }
    }

    private void fill(int population) throws IOException {
        while (stored < population) {
            storage.seal("kept-" + stored++, content);
        }
    }

    private void report(String what, Operation operation) throws IOException {
        long[] times = new long[TIMED];
        long[] plain = new long[TIMED];
        for (int round = 0; round < TIMED; round++) {
            String name = "timed-" + round;
            times[round] = nanos(() -> operation.on(name));
            plain[round] = nanos(() -> file.write(content));
        }
        Counted counted = count(operation);
        double median = quantile(times, 0.5);
        System.out.printf(
                "| %s | %.2f | %.2f | %.2f | %.0f | %.0f | %.0f: %.2f |%n",
                what,
                counted.invocations,
                counted.requests,
                counted.forced,
                median,
                quantile(times, 0.99),
                quantile(plain, 0.5),
                median / quantile(plain, 0.5));
    }

    private record Counted(double invocations, double requests, double forced) {}

    private Counted count(Operation operation) throws IOException {
        List<String> names = new ArrayList<>();
        for (int round = 0; round < COUNTED; round++) {
            names.add("counted-" + round);
        }
        try (ForceCount forces = new ForceCount()) {
            long invocations = sum(device -> device.invocations);
            long requests = sum(device -> device.callbacks);
            for (String name : names) {
                operation.on(name);
            }
            return new Counted(
                    each(sum(device -> device.invocations) - invocations),
                    each(sum(device -> device.callbacks) - requests),
                    each(forces.end()));
        }
    }

    private static double each(long all) {
        return all / (double) COUNTED;
    }

    private long sum(ToLongFunction<DeviceDTO> figure) {
        return Arrays.stream(runtime.snapshot().devices).mapToLong(figure).sum();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static long nanos(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private static double quantile(long[] nanos, double quantile) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * sorted.length))] / 1e3;
    }
}
