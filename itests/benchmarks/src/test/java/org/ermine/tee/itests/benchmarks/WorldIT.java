// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That benchmarks measure what they say. */
@Timeout(120)
class WorldIT {

    @Test
    void theProbeDoesWhatItsOperationsSayInARunningErmine() throws Exception {
        try (World world = World.start()) {
            world.deploy(Probe.UID, client -> new Probe());
            try (TeeContext context = world.open();
                    TeeObject probe = World.open(context, Probe.UID)) {
                byte[] output = new byte[2];
                probe.invoke(Probe.ECHO, new Arguments().in(new byte[] {3, 4}).out(output));
                assertArrayEquals(new byte[] {3, 4}, output);

                CallbackObject doubling = (op, call) ->
                        call.output(0).put((byte) (2 * call.input(0).get()));
                probe.invoke(Probe.KEEP, new Arguments().in(doubling));
                probe.invoke(
                        Probe.CALL_BACK, new Arguments().in(new byte[] {21}).out(output));
                assertEquals(42, output[0]);

                Arguments created = new Arguments().outObject();
                probe.invoke(Probe.CREATE, created);
                created.teeObject(0).close();

                try (SharedMemory memory = context.allocate(4096)) {
                    probe.invoke(Probe.TOUCH, new Arguments().in(memory));
                    assertEquals(
                            List.of((byte) 1, (byte) 1),
                            List.of(memory.buffer().get(0), memory.buffer().get(4095)));
                }
            }
        }
    }
}
