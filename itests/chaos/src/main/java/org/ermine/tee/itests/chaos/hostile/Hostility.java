// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.hostile;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What hostile code does when it is called. */
enum Hostility {
    /** It takes its time, and gives up when it is interrupted. */
    BLOCK {
        @Override
        void act(CountDownLatch end) {
            try {
                end.await(BLOCK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    },
    /** It goes on for longer than its time limit, whatever is done to it. */
    NOT_RETURN {
        @Override
        void act(CountDownLatch end) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGER_THAN_THE_LIMIT_MILLIS);
            while (end.getCount() > 0 && System.nanoTime() - deadline < 0) {
                BLOCK.act(end);
                Thread.interrupted();
            }
        }
    },
    THROW_ERROR {
        @Override
        void act(CountDownLatch end) {
            throw new NoClassDefFoundError("thrown by hostile code");
        }
    },
    OVERFLOW {
        @Override
        void act(CountDownLatch end) {
            act(end);
            // Without this field the method would not need a frame of its own.
            end.getCount();
        }
    },
    /** It leaves its thread as it should not. */
    LEAVE_BEHIND {
        @Override
        void act(CountDownLatch end) {
            Thread.currentThread().interrupt();
            Thread.currentThread().setContextClassLoader(Hostility.class.getClassLoader());
        }
    };

    private static final long BLOCK_MILLIS = 20;
    /** This is longer than the time limit of the supplicant by default. */
    private static final long LONGER_THAN_THE_LIMIT_MILLIS = 7_000;

    /** @param end is counted down when the bundle stops */
    abstract void act(CountDownLatch end);
}
