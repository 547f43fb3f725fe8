// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/** Defines Ermine's classes anew, and the scenarios with them; those of the bundles under test are instrumented. */
final class InstrumentingLoader extends ClassLoader {

    /** Of all that is Ermine's: {@code org.ermine.tee}. */
    private static final int PARENT_PACKAGES = 3;

    static final String SCENARIOS = "org.ermine.tee.itests.errors.scenario.";

    private static final Pattern OWN = Pattern.compile("org\\.ermine\\.tee\\.itests\\.errors\\.[A-Z].*");
    private static final Pattern API = Pattern.compile("org\\.ermine\\.tee\\.[A-Z].*");
    /** What else is under test, with the packages in it. */
    private static final Set<String> UNDER_TEST = Set.of("core", "embedded", "qcomtee", "shm", "spi", "supplicant");

    /** Those of them of which no class was loaded yet. */
    private final Set<String> untested = new ConcurrentSkipListSet<>(UNDER_TEST);

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
        if (isUnderTest(name)) {
            bytes = Instrumentation.instrument(bytes);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private boolean isUnderTest(String name) {
        String within = name.split("\\.")[PARENT_PACKAGES];
        untested.remove(within);
        return UNDER_TEST.contains(within) || API.matcher(name).matches();
    }

    /** What is meant to be under test, and has no class that was loaded. */
    Set<String> untested() {
        return untested;
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
