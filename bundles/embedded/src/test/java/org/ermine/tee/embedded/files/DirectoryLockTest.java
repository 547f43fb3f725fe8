// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectoryLockTest {

    @TempDir
    private Path directory;

    private static FileChannel opened(Path directory) throws IOException {
        return FileChannel.open(directory, StandardOpenOption.READ);
    }

    private static FileChannel lockFile(Path directory) throws IOException {
        return FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static Optional<DirectoryLock> take(Path directory) throws IOException {
        return DirectoryLock.take(opened(directory), () -> lockFile(directory));
    }

    private void assertElsewhere(String expected) throws Exception {
        assertEquals(List.of(expected), ForeignProcess.run(Taking.class, directory.toString()));
    }

    /** Takes the lock in a process of its own, says whether it has it, and dies with it. */
    static final class Taking {

        private Taking() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println(take(Path.of(arguments[0])).isPresent() ? "taken" : "in use");
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    @DisplayName("given a directory in use when another part of the process wants it then it gets nothing, and other "
            + "processes still get nothing, until the first one gives it back")
    void twoOfOneProcess() throws Exception {
        try (DirectoryLock first = take(directory).orElseThrow()) {
            assertEquals(Optional.empty(), take(directory), first::toString);
            // Whatever is opened and closed besides.
            opened(directory).close();
            assertElsewhere("in use");
            assertEquals(Optional.empty(), take(directory));
        }
        assertElsewhere("taken");
        take(directory).orElseThrow().close();
    }

    @Test
    @DisplayName("given a directory in use when the same class of another class loader wants it then it gets nothing, "
            + "and other processes still get nothing")
    void twoClassLoaders() throws Exception {
        URL classes = DirectoryLock.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            try (DirectoryLock first = take(directory).orElseThrow()) {
                assertEquals(Optional.empty(), takeBy(loader), first::toString);
                assertElsewhere("in use");
            }
            try (Closeable second = (Closeable) takeBy(loader).orElseThrow()) {
                assertEquals(Optional.empty(), take(directory), second::toString);
                assertElsewhere("in use");
            }
        }
        assertElsewhere("taken");
    }

    private Optional<?> takeBy(ClassLoader loader) throws ReflectiveOperationException, IOException {
        Class<?> lock = loader.loadClass(DirectoryLock.class.getName());
        Class<?> lockFile = loader.loadClass(DirectoryLock.LockFile.class.getName());
        Object file = Proxy.newProxyInstance(
                loader, new Class<?>[] {lockFile}, (proxy, method, arguments) -> lockFile(directory));
        return (Optional<?>) lock.getMethod("take", FileChannel.class, lockFile).invoke(null, opened(directory), file);
    }

    @Test
    @DisplayName(
            "given another process has locked the file when this one wants the directory then it gets nothing, and "
                    + "may try again")
    void anotherProcess() throws Exception {
        try (DirectoryLock here = take(directory).orElseThrow()) {
            assertEquals(
                    List.of("in use", "in use"),
                    ForeignProcess.run(TakingTwice.class, directory.toString()),
                    here::toString);
        }
        assertEquals(List.of("taken", "in use"), ForeignProcess.run(TakingTwice.class, directory.toString()));
    }

    /** Tries it twice in a process of its own. */
    static final class TakingTwice {

        private TakingTwice() {}

        public static void main(String[] arguments) throws IOException {
            List<Optional<DirectoryLock>> taken = List.of(take(Path.of(arguments[0])), take(Path.of(arguments[0])));
            taken.forEach(each -> System.out.println(each.isPresent() ? "taken" : "in use"));
            Reference.reachabilityFence(taken);
        }
    }

    @Test
    @DisplayName(
            "given a file that cannot be opened when the directory is wanted then that is thrown, and the directory "
                    + "is free")
    void fileThatCannotBeOpened() throws IOException {
        IOException thrown = new IOException("thrown by the test");
        FileChannel claimed = opened(directory);
        assertEquals(
                thrown,
                assertThrows(
                        IOException.class,
                        () -> DirectoryLock.take(claimed, () -> {
                            throw thrown;
                        })));
        assertFalse(claimed.isOpen(), "the directory is left open");
        take(directory).orElseThrow().close();
    }

    @Test
    @DisplayName("given a lock that nobody refers to but its owner, when memory is cleared up, then it still holds")
    void afterCollection() throws IOException {
        try (DirectoryLock first = take(directory).orElseThrow()) {
            System.gc();
            assertEquals(Optional.empty(), take(directory), first::toString);
        }
    }
}
