// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.handshakes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/**
 * A defect in one of the classes under test, as a change of its source.
 *
 * @param name what is wrong
 * @param source the file, below the folder of the bundles
 * @param before what stands there, exactly once
 * @param after what is to stand there
 * @param test that finds it
 */
record Defect(String name, String source, String before, String after, Class<?> test) {

    /** Compiles the class with the defect, against those that are deployed. */
    void compile(Path bundles, Path classes) throws IOException {
        Path file = Files.createTempDirectory("defect").resolve(Path.of(source).getFileName());
        Files.writeString(file, seeded(bundles));
        String[] arguments = {
            "-nowarn",
            "-proc:none",
            "-implicit:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            file.toString()
        };
        if (ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments) != 0) {
            throw new IllegalStateException("'" + name + "' cannot be compiled");
        }
    }

    /** The source may have changed since: then the defect has to be changed too. */
    String seeded(Path bundles) throws IOException {
        String text = Files.readString(bundles.resolve(source));
        int at = text.indexOf(before);
        if (at < 0 || text.indexOf(before, at + 1) >= 0) {
            throw new IllegalStateException(source + " has not once, but never or often: " + before);
        }
        return text.replace(before, after);
    }
}
