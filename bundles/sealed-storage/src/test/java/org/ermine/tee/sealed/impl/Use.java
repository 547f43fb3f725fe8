// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ermine.tee.sealed.ProgressListener;

/**
 * The use of one method of a service, with arguments that are right where an object {@link #KEPT} is sealed, and there
 * is a file {@link #SOURCE}; one of them may have been replaced by a wrong one.
 *
 * @param wrong of the argument that is wrong; -1 if none is
 */
record Use(Method method, int wrong, Object wrongValue) {

    static final String KEPT = "kept";
    static final String FREE = "free";
    /** Sealed in the drawer {@code common}. */
    static final String SHARED = "shared";

    static final String SOURCE = "source";
    static final String TARGET = "target";

    private static final int NONE = -1;

    /** One use of each method of an interface. */
    static Stream<Use> of(Class<?> service) {
        return Arrays.stream(service.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .sorted(Comparator.comparing(Method::toString))
                .map(method -> new Use(method, NONE, null));
    }

    String name() {
        return method.getName();
    }

    /** The same, wrong in each argument of a kind. */
    Stream<Use> wrongIn(Class<?> kind, Object value) {
        return IntStream.range(0, method.getParameterCount())
                .filter(index -> kind.isAssignableFrom(method.getParameterTypes()[index]))
                .mapToObj(index -> new Use(method, index, value));
    }

    /** What the wrong argument is called. */
    String wrongParameter() {
        return parameter(wrong);
    }

    private String parameter(int index) {
        Class<?> type = method.getParameterTypes()[index];
        if (type == String.class) {
            return textParameters().get(index);
        }
        if (type == Path.class) {
            return switch (name()) {
                case "unseal", "salvage" -> "target";
                case "backup", "restore" -> "archive";
                default -> "source";
            };
        }
        if (type == byte[].class) {
            return name().equals("boundTo") ? "associatedData" : "content";
        }
        return Map.of(
                        java.io.InputStream.class, "source",
                        Map.class, "metadata",
                        ProgressListener.class, "progress",
                        char[].class, "passphrase")
                .get(type);
    }

    private List<String> textParameters() {
        return switch (name()) {
            case "rename", "renameNew" -> List.of("name", "newName");
            case "takeFrom", "salvage" -> List.of("drawer", "name");
            default -> List.of("name");
        };
    }

    /** @param folder has the files */
    Object on(Object service, Path folder) throws Throwable {
        Object[] arguments = IntStream.range(0, method.getParameterCount())
                .mapToObj(index -> index == wrong ? wrongValue : right(index, folder))
                .toArray();
        try {
            return method.invoke(service, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object right(int index, Path folder) {
        Class<?> type = method.getParameterTypes()[index];
        if (type == boolean.class) {
            return true;
        }
        return switch (parameter(index)) {
            case "name" -> rightName();
            case "newName" -> FREE;
            case "drawer" -> "common";
            case "source" -> type == Path.class ? folder.resolve(SOURCE) : new ByteArrayInputStream(new byte[] {7});
            case "target", "archive" -> folder.resolve(TARGET);
            case "content", "associatedData" -> new byte[] {7};
            case "metadata" -> Map.of("key", "value");
            case "passphrase" -> "long enough".toCharArray();
            case "progress" -> ProgressListener.NONE;
            default -> throw new AssertionError("no argument for " + method);
        };
    }

    private String rightName() {
        return switch (name()) {
            case "sealNew", "createNew" -> FREE;
            case "takeFrom", "salvage" -> SHARED;
            case "drawer" -> "common";
            default -> KEPT;
        };
    }

    @Override
    public String toString() {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", "(", ")"));
        return name() + parameters + (wrong == NONE ? "" : ", wrong: " + wrongParameter());
    }
}
