// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What of this JVM a framework may use and leave behind: threads, open files, memory outside of the heap; and class
 * loaders, which {@link Loaders} looks after.
 */
final class Residue {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    /** Ermine takes memory by pages; what is less is not of it. */
    private static final long SMALLEST_REGION = 4096;

    private final Set<Thread> threads;
    private final List<String> files;
    private final long direct;

    private Residue(Set<Thread> threads, List<String> files, long direct) {
        this.threads = threads;
        this.files = files;
        this.direct = direct;
    }

    /** What there is now. */
    static Residue now() {
        return new Residue(Thread.getAllStackTraces().keySet(), openFiles(), direct());
    }

    /** What there is now and was not when this was made, in words. */
    List<String> since() {
        System.gc();
        List<String> more = new ArrayList<>();
        newThreads().forEach(thread -> more.add("thread " + thread.getName()));
        minus(openFiles(), files).forEach(file -> more.add("open file " + file));
        long grown = direct() - direct;
        if (grown >= SMALLEST_REGION) {
            more.add(grown + " bytes of direct memory");
        }
        return more;
    }

    List<Thread> newThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threads.contains(thread) && thread.isAlive())
                .toList();
    }

    private static List<String> minus(List<String> all, Collection<String> some) {
        List<String> rest = new ArrayList<>(all);
        some.forEach(rest::remove);
        return rest;
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** What each descriptor stands for; none where the system does not tell. */
    private static List<String> openFiles() {
        if (!Files.isDirectory(OPEN_FILES)) {
            return Collections.emptyList();
        }
        try (Stream<Path> descriptors = Files.list(OPEN_FILES)) {
            // The descriptor with which this folder is read is not there any more when it is looked at.
            return descriptors
                    .map(Residue::target)
                    .filter(target -> !target.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/proc/") ? "" : target;
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
