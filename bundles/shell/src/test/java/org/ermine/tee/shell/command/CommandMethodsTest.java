// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.junit.jupiter.api.Test;

/** The shell finds the method of a command by its name alone, in an order that no one promises. */
class CommandMethodsTest {

    @Test
    void givenTheClassesOfCommandsWhenAPublicMethodHasTheNameOfACommandThenItIsTheCommand() throws Exception {
        List<Class<?>> classes = classesOfCommands();

        assertFalse(classes.isEmpty());
        for (Class<?> commands : classes) {
            List<String> others = Arrays.stream(commands.getDeclaredMethods())
                    .filter(method -> Modifier.isPublic(method.getModifiers()))
                    .filter(method -> !method.isAnnotationPresent(Descriptor.class))
                    .map(Method::getName)
                    .filter(name -> !name.equals("candidates") && !name.equals("_main"))
                    .toList();
            assertEquals(List.of(), others, commands.getName());
        }
    }

    private static List<Class<?>> classesOfCommands() throws IOException, URISyntaxException {
        Path root = Path.of(Commands.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .<Class<?>>map(CommandMethodsTest::load)
                    .filter(type -> Commands.class.isAssignableFrom(type) && !type.isInterface())
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Commands.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
