// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import static org.ermine.tee.itests.handshakes.Results.number;

import org.ermine.tee.fakes.Fake;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call comes to the gate of a context that closes. */
public final class GateHandshakes {

    private static final int CONTEXT = 3;
    private static final long OBJECT = 7;

    private GateHandshakes() {}

    /** Does nothing. */
    private static final DriverContext DRIVER = Fake.of(DriverContext.class, (self, method, arguments) -> 0);

    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "inside, and waited for")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "waited for in vain")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "inside, and not waited for")
    public static class EnterBesideClose {

        private final Backend backend =
                new Backend(DRIVER, new CallFrames(1, new HazardSlots()), CONTEXT, null, null, () -> {});

        @Actor
        public void caller(II_Result result) {
            // The first time a frame is made, which takes long against the moment that is looked for.
            backend.leave(backend.enter(OBJECT));
            backend.enter(OBJECT);
            result.r1 = number(!backend.isClosed());
        }

        @Actor
        public void closer(II_Result result) {
            backend.close();
            result.r2 = number(backend.inside() > 0);
        }
    }
}
