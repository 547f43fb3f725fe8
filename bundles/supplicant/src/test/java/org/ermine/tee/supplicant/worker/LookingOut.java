// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.util.Arrays;

/** What a worker does that looks out for its next turn. */
public final class LookingOut {

    private LookingOut() {}

    public static boolean is(Thread worker) {
        return Arrays.stream(worker.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Lookout.class.getName())
                        && frame.getMethodName().equals("await"));
    }
}
