// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import org.junit.jupiter.api.Test;

class DirectoryTest {

    @Test
    void givenADirectoryThatCannotBeReadToItsEndWhenItIsListedThenTheReasonIsThrown() throws IOException {
        IOException reason = new IOException("no disk");
        try (Directory directory = new Directory(failing(reason), "directory", Disk.real())) {
            assertSame(reason, assertThrows(IOException.class, directory::list));
        }
    }

    @SuppressWarnings("unchecked")
    private static DirectoryStream<Path> failing(IOException reason) {
        return (DirectoryStream<Path>) Proxy.newProxyInstance(
                DirectoryTest.class.getClassLoader(),
                new Class<?>[] {SecureDirectoryStream.class},
                (stream, method, arguments) -> switch (method.getName()) {
                    case "newDirectoryStream" -> stream;
                    case "iterator", "forEach" -> throw new DirectoryIteratorException(reason);
                    case "close" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
