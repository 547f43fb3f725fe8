// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningCallTest {

    /** Frames that a backend needs to take an answer; far less than what is required. */
    private static final int FRAMES = 20;

    private int begun;
    private int ended;

    @Test
    @DisplayName("ERM-29: given calls that are ended deep in a stack, then none is failed by half, and where there is "
            + "enough of the stack all are failed")
    void endedDeepInAStack() throws InterruptedException {
        // What is initialised for the first time must not meet the end of a stack.
        abort();
        Thread deep = new Thread(null, this::descendAndAbort, "deep", 512 << 10);
        deep.start();
        deep.join();
        assertTrue(begun > 1, "no call was failed");
        assertEquals(begun, ended);
    }

    /** Tries it at each depth from the deepest on, until it succeeds. */
    private void descendAndAbort() {
        try {
            descendAndAbort();
        } catch (StackOverflowError e) {
            abort();
        }
    }

    private void abort() {
        FakeCall call = new FakeCall((op, arguments) -> {});
        call.afterFailure = () -> {
            begun++;
            useStack(FRAMES);
            ended++;
        };
        RunningCall running = new RunningCall(call, new CallThread(new Thread(), null));
        RunningCall.abortAll(List.of(running).iterator(), Errno.ENODEV);
    }

    private static void useStack(int frames) {
        if (frames > 0) {
            useStack(frames - 1);
        }
    }
}
