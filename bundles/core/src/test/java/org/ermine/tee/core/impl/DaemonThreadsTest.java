// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class DaemonThreadsTest {

    @Test
    void aThreadThatHasEndedKeepsNoClassLoader() throws Exception {
        ClassLoader[] atWork = new ClassLoader[1];
        Thread thread =
                DaemonThreads.create(() -> atWork[0] = Thread.currentThread().getContextClassLoader(), "test");
        thread.start();
        thread.join();
        assertSame(DaemonThreads.class.getClassLoader(), atWork[0]);
        assertNull(thread.getContextClassLoader());
    }
}
