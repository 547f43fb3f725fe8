// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What foreign code may do wherever it is called. */
enum HostileBehaviour {
    BLOCKS {
        @Override
        String act(CountDownLatch end) {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        }
    },
    NEVER_RETURNS {
        @Override
        String act(CountDownLatch end) {
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    // It ignores interrupts.
                }
            }
            return "";
        }
    },
    LEAVES_AN_INTERRUPT {
        @Override
        String act(CountDownLatch end) {
            Thread.currentThread().interrupt();
            return "";
        }
    },
    LEAVES_A_CLASS_LOADER {
        @Override
        String act(CountDownLatch end) {
            Thread.currentThread().setContextClassLoader(new ClassLoader(null) {});
            return "";
        }
    },
    THROWS_AN_EXCEPTION {
        @Override
        String act(CountDownLatch end) {
            throw new IllegalStateException("thrown by hostile code");
        }
    },
    OVERFLOWS_ITS_STACK {
        @Override
        String act(CountDownLatch end) {
            return act(end) + act(end);
        }
    },
    LACKS_A_CLASS {
        @Override
        String act(CountDownLatch end) {
            throw new NoClassDefFoundError("org/example/Gone");
        }
    },
    THROWS_WHAT_THROWS {
        @Override
        String act(CountDownLatch end) {
            throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new IllegalStateException("its message throws");
                }
            };
        }
    },
    RE_ENTERS {
        @Override
        String act(CountDownLatch end) {
            return HostileCode.RE_ENTER;
        }
    };

    /** @param end what it waits for, if it waits for anything */
    abstract String act(CountDownLatch end);

    /** Whether it neither holds up its caller nor begins calls of its own. */
    boolean isBrief() {
        return !EnumSet.of(BLOCKS, NEVER_RETURNS, LEAVES_AN_INTERRUPT, OVERFLOWS_ITS_STACK, RE_ENTERS)
                .contains(this);
    }

    /** The service that a {@link HostileCode} asks; it notes the places. */
    UnaryOperator<String> until(CountDownLatch end, Set<String> called) {
        return place -> {
            called.add(place);
            return act(end);
        };
    }
}
