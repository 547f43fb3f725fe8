// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DaemonThreadsTest {

    @Test
    void givenAThreadThatWasMadeOnForeignCodeThenItKeepsNothingOfIt() throws Exception {
        ThreadFactory factory = DaemonThreads.named("test");
        Thread[] made = new Thread[1];
        WeakReference<ClassLoader> loader = ForeignStack.run(() -> made[0] = factory.newThread(() -> {}));
        ForeignStack.assertCollected(loader);
        assertEquals("test", made[0].getName());
        assertTrue(made[0].isDaemon());
    }

    @Test
    void givenAThreadThatHasEndedThenItKeepsNoClassLoader() throws Exception {
        ClassLoader[] atWork = new ClassLoader[1];
        Thread thread = DaemonThreads.named("test")
                .newThread(() -> atWork[0] = Thread.currentThread().getContextClassLoader());
        thread.start();
        thread.join();
        assertSame(DaemonThreads.class.getClassLoader(), atWork[0]);
        assertNull(thread.getContextClassLoader());
    }
}
