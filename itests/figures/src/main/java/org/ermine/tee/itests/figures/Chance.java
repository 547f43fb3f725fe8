// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;

/**
 * Operations of many threads, each on names of its own, none of which has a reason to fail: how many do, by chance, and
 * how many gave another content than was sealed.
 */
final class Chance {

    private static final int THREADS = 8;
    private static final int NAMES = 16;
    private static final int MAX_SIZE = 2048;

    private final SealedStorage storage;
    private final int operations;

    Chance(SealedStorage storage, int operations) {
        this.storage = storage;
        this.operations = operations;
    }

    /**
     * @param done operations;
     *
     * @param failed by reason
     */
    private record Tally(int done, Map<String, Integer> failed) {}

    void measure() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            long start = System.nanoTime();
            int done = 0;
            Map<String, Integer> failed = new TreeMap<>();
            for (Future<Tally> future : threads.invokeAll(
                    IntStream.range(0, THREADS).mapToObj(Client::new).toList())) {
                done += future.get().done;
                future.get().failed.forEach((reason, times) -> failed.merge(reason, times, Integer::sum));
            }
            System.out.printf(
                    "| %,d operations of %d threads in %.0f s | failed: %s |%n",
                    done, THREADS, (System.nanoTime() - start) / 1e9, failed.isEmpty() ? "0" : failed);
        } finally {
            threads.shutdownNow();
        }
    }

    /** One thread: seals, replaces, reads and removes at random, and knows what has to be there. */
    private final class Client implements Callable<Tally> {

        private final int number;
        private final Random random;
        private final byte[][] expected = new byte[NAMES][];
        private final Map<String, Integer> failed = new TreeMap<>();

        Client(int number) {
            this.number = number;
            random = new Random(number);
        }

        @Override
        public Tally call() {
            int done = 0;
            while (done < operations / THREADS) {
                try {
                    operate(random.nextInt(NAMES));
                } catch (SealedStorageException e) {
                    failed.merge(e.reason().name(), 1, Integer::sum);
                } catch (IOException e) {
                    failed.merge(e.getMessage(), 1, Integer::sum);
                }
                done++;
            }
            return new Tally(done, failed);
        }

        private void operate(int chosen) throws IOException {
            String name = number + "-" + chosen;
            int dice = random.nextInt(10);
            if (expected[chosen] == null || dice < 3) {
                byte[] content = new byte[random.nextInt(MAX_SIZE)];
                random.nextBytes(content);
                storage.seal(name, content);
                expected[chosen] = content;
            } else if (dice < 9) {
                if (!Arrays.equals(expected[chosen], storage.read(name))) {
                    throw new IOException("another content");
                }
            } else {
                if (!storage.remove(name)) {
                    throw new IOException("was not there");
                }
                expected[chosen] = null;
            }
        }
    }
}
