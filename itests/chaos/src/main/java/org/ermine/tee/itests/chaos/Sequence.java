// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.util.Arrays;
import java.util.Random;
import org.ermine.tee.itests.chaos.tee.Slots;

/** The actions of a run, one after the other: the same for the same seed, whatever comes of them. Not thread safe. */
final class Sequence {

    private static final int TOTAL =
            Arrays.stream(Action.values()).mapToInt(Action::weight).sum();
    /** Handlers that are told to hang are slow to replace: they get this share of the actions. */
    private static final int ROUGH_ONE_IN = 16;

    private final Random random;

    Sequence(long seed) {
        random = new Random(seed);
    }

    Step next() {
        return new Step(action(), slot(), random.nextInt(1 << 16));
    }

    private Action action() {
        int choice = random.nextInt(TOTAL);
        for (Action action : Action.values()) {
            choice -= action.weight();
            if (choice < 0) {
                return action;
            }
        }
        throw new AssertionError();
    }

    private Slots slot() {
        int smooth = Slots.ROUGH_CALLBACK.ordinal();
        int rough = Slots.values().length - smooth;
        boolean isRough = random.nextInt(ROUGH_ONE_IN) == 0;
        return Slots.values()[isRough ? smooth + random.nextInt(rough) : random.nextInt(smooth)];
    }
}
