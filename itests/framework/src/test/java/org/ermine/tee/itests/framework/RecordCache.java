// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.IOException;
import java.io.InputStream;

/**
 * The JDK (17 at least) keeps the record class, and so the class loader, whose {@code equals}, {@code hashCode} or
 * {@code toString} was called for the first time last: the method handles in {@code java.lang.runtime.ObjectMethods}
 * cache the last type that they were adapted to. That is one class loader for the whole JVM, and no bundle can do
 * anything about it.
 */
final class RecordCache {

    private RecordCache() {}

    /** Refers to itself, so that each of the method handles is adapted to this class. */
    record Displacing(Displacing other) {

        /** Called by reflection, in a class loader of its own. */
        static void use() {
            Displacing inner = new Displacing(null);
            Displacing outer = new Displacing(inner);
            if (!outer.equals(new Displacing(inner)) || outer.hashCode() != new Displacing(inner).hashCode()) {
                throw new AssertionError(outer.toString());
            }
        }
    }

    /** Puts a class in there that nobody looks for. */
    static void displace() {
        try {
            var use = new Once().loadClass(Displacing.class.getName()).getDeclaredMethod("use");
            use.setAccessible(true);
            use.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has a class of its own of the record. */
    private static final class Once extends ClassLoader {

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Displacing.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream content = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = content.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
