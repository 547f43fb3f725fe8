// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The test sources and test reports below the root of a Maven build. */
final class Build extends SimpleFileVisitor<Path> {

    private static final Path TEST_SOURCES = Path.of("src", "test", "java");

    private final Path root;
    private final List<Path> sources = new ArrayList<>();
    private final List<Path> reports = new ArrayList<>();

    private Build(Path root) {
        this.root = root;
    }

    static Build at(Path root) throws IOException {
        Build build = new Build(root);
        Files.walkFileTree(root, build);
        return build;
    }

    List<Path> sources() {
        return sources;
    }

    List<Path> reports() {
        return reports;
    }

    /** Of what is built only the reports are of interest: a copy of a source there is no source. */
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        if (folder.equals(root)) {
            return FileVisitResult.CONTINUE;
        }
        String name = folder.getFileName().toString();
        boolean built = !folder.getParent().equals(root) && folder.getParent().endsWith("target");
        return name.startsWith(".") || built && !name.endsWith("-reports")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String name = file.getFileName().toString();
        if (name.endsWith(".java") && root.relativize(file).toString().contains(TEST_SOURCES.toString())) {
            sources.add(file);
        } else if (name.startsWith("TEST-") && name.endsWith(".xml")) {
            reports.add(file);
        }
        return FileVisitResult.CONTINUE;
    }
}
