// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Work;
import org.osgi.framework.BundleException;

/**
 * The inside of {@link Isolated}: an Ermine and works for it by name, told in types that both sides of the class loader
 * know.
 */
public final class IsolatedWorks implements Function<String, IntConsumer>, Closeable {

    static final String DIRECT = "direct";
    static final String CALLING_THREAD = "calling thread";
    static final String QUEUE = "queue";

    private final World world;

    public IsolatedWorks(Path bundles, Set<String> without, Map<String, Map<String, Object>> options) throws Exception {
        world = World.start(bundles, without, options);
        world.deploy(Probe.UID, client -> new Probe());
    }

    @Override
    public IntConsumer apply(String name) {
        try {
            Work work = work(name);
            return times -> run(work, times);
        } catch (TeeException e) {
            throw new IllegalStateException(e);
        }
    }

    private Work work(String name) throws TeeException {
        TeeDevice device = name.equals(CALLING_THREAD) ? world.yieldingDevice() : world.device(World.DEVICE);
        TeeObject probe = World.open(device.open(), Probe.UID);
        return switch (name) {
            case DIRECT, CALLING_THREAD -> Invocations.echoes(probe, Direct.SIZE);
            case QUEUE -> Queue.callbacks(probe);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void run(Work work, int times) {
        try {
            work.run(times);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            world.close();
        } catch (BundleException e) {
            throw new IOException(e);
        }
    }
}
