// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import java.util.Map;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ermine with all options at their defaults, nobody who watches, a context, and a {@link Probe} opened in it. */
@State(Scope.Benchmark)
public class Tee {

    World world;
    TeeContext context;
    TeeObject probe;

    @Setup(Level.Trial)
    public void start() throws Exception {
        world = World.start(options());
        world.deploy(Probe.UID, client -> new Probe());
        context = world.open();
        probe = World.open(context, Probe.UID);
    }

    /** What is not at its default, by PID. */
    Map<String, Map<String, Object>> options() {
        return Map.of();
    }

    /** Another probe in a context of its own. */
    TeeObject probeInNewContext() throws TeeException {
        return World.open(world.open(), Probe.UID);
    }

    @TearDown(Level.Trial)
    public void stop() throws Exception {
        world.close();
    }
}
