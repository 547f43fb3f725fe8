// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.shm.region.Region;
import org.ermine.tee.spi.SharedMemoryManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What threads that live on keep of a shared-memory manager, and of the bundle that it came from. */
@Timeout(60)
class ThreadCachesTest {

    @Test
    void aThreadThatLivesOnDoesNotKeepTheBundlesClasses() throws Exception {
        try (OtherThread thread = new OtherThread()) {
            WeakReference<ClassLoader> loader = thread.get(() -> useInALoaderOfItsOwn(false, new ThreadLocal<>()));

            await().atMost(Duration.ofSeconds(20)).until(() -> isCollected(loader));
        }
    }

    @Test
    void controlAThreadLocalWithAnObjectOfTheBundleWouldKeepThem() throws Exception {
        try (OtherThread thread = new OtherThread()) {
            ThreadLocal<Object> local = new ThreadLocal<>();
            WeakReference<ClassLoader> loader = thread.get(() -> useInALoaderOfItsOwn(true, local));

            for (int i = 0; i < 5; i++) {
                assertFalse(isCollected(loader));
            }
            thread.run(local::remove);
            await().atMost(Duration.ofSeconds(20)).until(() -> isCollected(loader));
        }
    }

    @Test
    void theCachesOfThreadsThatEndedAreForgottenWhenAnotherThreadComes() throws Exception {
        ThreadCaches caches = new ThreadCaches(Region::toString);
        for (int i = 0; i < 10; i++) {
            Thread thread = new Thread(caches::current);
            thread.start();
            thread.join();
        }

        ThreadCache mine = caches.current();

        assertIterableEquals(List.of(mine), caches.all());
        assertSame(mine, caches.current());
    }

    /** A method of its own, so that no local variable is left on the stack. */
    private static WeakReference<ClassLoader> useInALoaderOfItsOwn(boolean leak, ThreadLocal<Object> local)
            throws Exception {
        ClassLoader loader = new BundleLoader();
        Class<?> limits = loader.loadClass(MemoryLimits.class.getName());
        Object manager = loader.loadClass(PooledSharedMemory.class.getName())
                .getConstructor(limits)
                .newInstance(limits.getConstructor(long.class, long.class).newInstance(1L << 20, 1L << 20));
        SharedMemoryManager memory = (SharedMemoryManager) manager;
        memory.acquire(4096).release();
        memory.allocate(4096).release();
        if (leak) {
            local.set(manager);
        }
        return new WeakReference<>(loader);
    }

    private static boolean isCollected(WeakReference<?> reference) {
        System.gc();
        return reference.refersTo(null);
    }

    /** Loads the classes of this bundle anew, and takes all others from the tests' loader. */
    private static final class BundleLoader extends ClassLoader {

        BundleLoader() {
            super(ThreadCachesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.ermine.tee.shm.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
