// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * As {@link FairPath}, for an invocation without arguments: what is left is the message's header and the two announced
 * uses.
 */
public final class FairCall {

    /** An object of the other side. */
    @FunctionalInterface
    public interface Target {
        /** @return the result */
        int invoke(int op);
    }

    private static final int TARGET = 0;
    private static final int OP = 4;
    private static final int COUNTS = 8;
    private static final int RESULT = 12;
    private static final int SIZE = 32;
    private static final int NONE = 0;

    private final AnnouncedUse normalWorld = new AnnouncedUse();
    private final AnnouncedUse secureWorld = new AnnouncedUse();
    private final ByteBuffer message = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final Target[] objects;

    public FairCall(Target... objects) {
        this.objects = objects.clone();
    }

    /** Invokes object {@code target}. Returns its result. */
    public int invoke(int target, int op) {
        normalWorld.begin(target);
        message.putInt(TARGET, target).putInt(OP, op).putInt(COUNTS, NONE).putInt(RESULT, 0);
        if (!serve() || message.getInt(COUNTS) != NONE) {
            throw new IllegalStateException("refused");
        }
        int result = message.getInt(RESULT);
        normalWorld.end();
        return result;
    }

    private boolean serve() {
        int target = message.getInt(TARGET);
        if (target < 0 || target >= objects.length || message.getInt(COUNTS) != NONE) {
            return false;
        }
        secureWorld.begin(target);
        message.putInt(RESULT, objects[target].invoke(message.getInt(OP)));
        secureWorld.end();
        return true;
    }
}
