// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Does one thing so many times and ends, for a program that counts from outside. Arguments: what, how many times. */
public final class Repeated {

    /** What can be done. */
    public enum What {
        DIRECT,
        FAIR_ECHO,
        NO_ARGUMENTS,
        FAIR_CALL
    }

    private static final int AT_ONCE = 1000;

    private Repeated() {}

    public static void main(String[] args) throws Exception {
        try (World world = World.withProbe();
                TeeContext context = world.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            Work work = work(What.valueOf(args[0]), probe);
            for (long left = Long.parseLong(args[1]); left > 0; left -= AT_ONCE) {
                work.run(AT_ONCE);
            }
        }
    }

    private static Work work(What what, TeeObject probe) {
        return switch (what) {
            case DIRECT -> Invocations.echoes(probe, Direct.SIZE);
            case FAIR_ECHO -> Floors.fairEcho(Direct.SIZE);
            case NO_ARGUMENTS -> Invocations.of(probe, Probe.ECHO, new Arguments());
            case FAIR_CALL -> Floors.fairCall();
        };
    }
}
