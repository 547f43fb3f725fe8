// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/** Defines Ermine's classes anew, and the scenarios with them; those of the bundles under test are instrumented. */
final class InstrumentingLoader extends ClassLoader {

    static final String SCENARIOS = "org.ermine.tee.itests.errors.scenario.";

    private static final Pattern OWN = Pattern.compile("org\\.ermine\\.tee\\.itests\\.errors\\.[A-Z].*");
    private static final Pattern UNDER_TEST = Pattern.compile(
            "org\\.ermine\\.tee\\.([A-Z].*|(core|limits|options|qcomtee|shm|spi|supplicant|whiteboard)\\..*)");

    InstrumentingLoader(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("org.ermine.tee.") || OWN.matcher(name).matches()) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = bytes(name);
        if (UNDER_TEST.matcher(name).matches()) {
            bytes = Instrumentation.instrument(bytes);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
