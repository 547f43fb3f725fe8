// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTextTest {

    @TempDir
    Path folder;

    @Test
    void givenAFileThatIsMissingThenItSaysSoInWords() {
        Path missing = folder.resolve("missing");
        IOException refused = assertThrows(IOException.class, () -> Files.size(missing));
        assertEquals(missing + ": there is no such file or folder", FailureText.of(refused));
        assertEquals(FailureText.of(refused), FailureText.of(new UncheckedIOException(refused)));
    }

    @Test
    void givenWhatTheSystemOrTheTeeRefusedThenNoClassIsNamed() {
        assertEquals("/x: access is denied", FailureText.of(new AccessDeniedException("/x")));
        assertEquals("/x: no space", FailureText.of(new FileSystemException("/x", null, "no space")));
        assertEquals("/x: no reason is known", FailureText.of(new FileSystemException("/x")));
        assertEquals("it is full", FailureText.of(new IOException("it is full")));
        assertEquals("no reason is known", FailureText.of(new IOException()));
        assertEquals("it is gone", FailureText.of(new TeeException(Errno.ENODEV, "it is gone")));
    }

    @Test
    void givenAFaultOfAProgramThenItIsCalledOneWithItsPlace() {
        String text = FailureText.of(new IllegalStateException("closed"));
        assertTrue(
                text.startsWith("a fault of a program, java.lang.IllegalStateException: closed (at org.ermine."), text);
    }

    @Test
    void givenAnObjectThatThrowsWhenItIsAskedThenThereIsATextAllTheSame() {
        RuntimeException hostile = new RuntimeException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new StackOverflowError();
            }
        };
        assertEquals("a fault that cannot be described", FailureText.of(hostile));
        assertEquals(hostile.getClass().getName(), FailureText.detailed(hostile));
    }

    @Test
    void givenWhatForeignCodeThrewThenItIsToldWithUpToEightFrames() {
        IllegalStateException thrown = new IllegalStateException("no disk");
        StackTraceElement frame = new StackTraceElement("com.example.Files", "write", "Files.java", 12);
        thrown.setStackTrace(new StackTraceElement[] {frame});
        assertEquals(
                "java.lang.IllegalStateException: no disk (at com.example.Files.write(Files.java:12))",
                FailureText.detailed(thrown));

        thrown.setStackTrace(Collections.nCopies(9, frame).toArray(StackTraceElement[]::new));
        assertEquals(8, FailureText.detailed(thrown).split("Files.java:12", -1).length - 1);

        thrown.setStackTrace(new StackTraceElement[0]);
        assertEquals("java.lang.IllegalStateException: no disk", FailureText.detailed(thrown));
    }

    /** Foreign code can throw a checked exception where none is declared. */
    private static final class Undeclared extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw Undeclared.<RuntimeException>unchecked(new IOException());
        }

        @SuppressWarnings("unchecked")
        private static <X extends Exception> X unchecked(Exception checked) throws X {
            throw (X) checked;
        }
    }

    @Test
    void givenAnObjectThatThrowsACheckedExceptionWhenItIsAskedThenThereIsATextAllTheSame() {
        assertEquals("a fault that cannot be described", FailureText.of(new Undeclared()));
        assertEquals(Undeclared.class.getName(), FailureText.detailed(new Undeclared()));
    }
}
