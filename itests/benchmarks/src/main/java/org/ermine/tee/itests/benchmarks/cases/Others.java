// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.floor.GrpcEcho;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/** Direct invocations against what one would use instead. */
public final class Others implements Group {

    private static final long SLICE_MICROS = 2000;

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe();
                TeeContext context = world.open();
                TeeObject probe = World.open(context, Probe.UID);
                GrpcEcho grpc = new GrpcEcho(false);
                GrpcEcho grpcDirect = new GrpcEcho(true)) {
            Side echoes = Side.together(SLICE_MICROS, Invocations.echoes(probe, Direct.SIZE));
            stage.compare(Case.GRPC.means(echoes, calls(grpc)), Case.GRPC_DIRECT.means(echoes, calls(grpcDirect)));
        }
    }

    private static Side calls(GrpcEcho grpc) {
        byte[] request = new byte[Direct.SIZE];
        return Side.together(SLICE_MICROS, times -> {
            for (int i = 0; i < times; i++) {
                grpc.call(request);
            }
        });
    }
}
