// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Makes an instance of a component property type of a component's properties, as Declarative Services do. */
final class ComponentPropertyType {

    private ComponentPropertyType() {}

    /** @throws IllegalStateException for a method whose type or name is not known here */
    static <A> A of(Class<A> type, Map<String, Object> properties) {
        for (Method option : type.getDeclaredMethods()) {
            requireKnown(type, option);
        }
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "annotationType" -> type;
                    case "toString" -> type.getSimpleName() + " " + properties;
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> value(method.getReturnType(), properties.get(method.getName()));
                }));
    }

    private static void requireKnown(Class<?> type, Method option) {
        if (option.getName().contains("_") || option.getName().contains("$") || hasPrefix(type)) {
            throw new IllegalStateException(
                    "the TEE in memory does not know how the property of " + option + " is named");
        }
        value(option.getReturnType(), null);
    }

    private static boolean hasPrefix(Class<?> type) {
        return java.util.Arrays.stream(type.getDeclaredFields())
                .anyMatch(field -> field.getName().equals("PREFIX_"));
    }

    /** Without a value numbers are 0 and arrays empty: defaults are properties of the component. */
    private static Object value(Class<?> type, Object value) {
        if (type == String[].class) {
            return texts(value);
        }
        Object first = value != null && value.getClass().isArray()
                ? (Array.getLength(value) == 0 ? null : Array.get(value, 0))
                : value;
        if (type == String.class) {
            return first == null ? null : first.toString();
        } else if (type == boolean.class) {
            return first != null && Boolean.parseBoolean(first.toString());
        } else if (type == int.class) {
            return (int) number(first);
        } else if (type == long.class) {
            return number(first);
        }
        throw new IllegalStateException("the TEE in memory does not know options of " + type);
    }

    private static long number(Object value) {
        if (value == null) {
            return 0;
        }
        return value instanceof Number number ? number.longValue() : Long.parseLong(value.toString());
    }

    private static String[] texts(Object value) {
        if (value == null) {
            return new String[0];
        }
        return value instanceof String[] texts ? texts.clone() : new String[] {value.toString()};
    }
}
