// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.locks.Lock;

/**
 * How the arguments of a request come to belong to the thread that receives or answers it, while it copies them. With either, the
 * client waits until they are its own again.
 */
enum ArgumentOwnership {

    /** They are handed over by a change of the request's state; no lock is held while they are copied. */
    HAND_OVER {
        @Override
        Section section(Lock requests) {
            return FREE;
        }
    },

    /**
     * The lock on the context's requests is held from the choice of the request to the end of the copy, as in the Linux driver.
     * Each interleaving with it is one of HAND_OVER too, save for who waits: all that needs the lock does. So a receiver or an
     * answerer can keep the context's other threads waiting, and its clients from being interrupted.
     */
    LOCKED {
        @Override
        Section section(Lock requests) {
            return new Section() {
                @Override
                public void enter() {
                    requests.lock();
                }

                @Override
                public void leave() {
                    requests.unlock();
                }
            };
        }
    };

    /** What is around the choice of a request and the copying of its arguments. */
    interface Section {
        void enter();

        void leave();
    }

    private static final Section FREE = new Section() {
        @Override
        public void enter() {
            // What is copied belongs to the thread.
        }

        @Override
        public void leave() {
            // It has let go of it.
        }
    };

    /** @param requests the lock on a context's requests, reentrant */
    abstract Section section(Lock requests);

    /** @throws IllegalArgumentException naming the text and what it may be */
    static ArgumentOwnership named(String text) {
        for (ArgumentOwnership value : values()) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException(text + " is not " + HAND_OVER + " or " + LOCKED);
    }
}
