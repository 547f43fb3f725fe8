// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.options.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {

    private final List<String> refusals = new ArrayList<>();

    private Options<FileHandlerConfiguration, Roots> start(FileHandlerConfiguration configured) {
        return new Options<>(
                FileHandlerConfiguration.PID, FileHandlerConfiguration.class, configured, Roots::read, refusals::add);
    }

    private static FileHandlerConfiguration with(String option, Object value) {
        return (FileHandlerConfiguration) Proxy.newProxyInstance(
                FileHandlerConfiguration.class.getClassLoader(),
                new Class<?>[] {FileHandlerConfiguration.class},
                (proxy, asked, none) -> asked.getName().equals(option) ? value : asked.getDefaultValue());
    }

    @TempDir
    Path folder;

    @Test
    void without_options_the_roots_are_left_to_the_bundle() {
        assertEquals(new Roots(null, null), start(with("dataRoot", "")).inForce());
    }

    @Test
    void a_root_that_cannot_be_there_leaves_what_is_in_force() throws Exception {
        Options<FileHandlerConfiguration, Roots> options = start(with("dataRoot", folder.toString()));

        assertFalse(options.change(
                with("dataRoot", Files.createFile(folder.resolve("file")).toString())));

        assertEquals(new Roots(folder, null), options.inForce());
        assertEquals(1, refusals.size(), refusals::toString);
    }

    @Test
    void one_directory_for_both_is_refused_and_at_the_start_nothing_stands_in() {
        FileHandlerConfiguration both = new Both(folder.toString());
        Options<FileHandlerConfiguration, Roots> options = start(with("dataRoot", folder.toString()));

        assertFalse(options.change(both));
        assertThrows(IllegalArgumentException.class, () -> start(both));
        assertEquals(new Roots(folder, null), options.inForce());
    }

    private record Both(String dataRoot) implements FileHandlerConfiguration {

        @Override
        public String persistRoot() {
            return dataRoot;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return FileHandlerConfiguration.class;
        }
    }
}
