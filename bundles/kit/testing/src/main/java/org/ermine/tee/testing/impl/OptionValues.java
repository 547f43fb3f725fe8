// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The options of a component as an instance of its annotation type, as Declarative Services would make it. */
final class OptionValues {

    private OptionValues() {}

    /**
     * @param values those that differ from their defaults
     * @throws IllegalArgumentException for an option that there is not, or a value of the wrong type
     */
    static <A> A of(Class<A> type, String pid, Map<String, Object> values) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(
                Arrays.stream(type.getDeclaredMethods()).map(Method::getName).collect(Collectors.toSet()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(pid + " has no options " + unknown);
        }
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "annotationType" -> type;
                    case "toString" -> pid + " " + values;
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> value(pid, method, values.getOrDefault(method.getName(), method.getDefaultValue()));
                }));
    }

    private static Object value(String pid, Method option, Object value) {
        if (value instanceof Number number && option.getReturnType() == long.class) {
            return number.longValue();
        }
        if (value.getClass() != option.getDefaultValue().getClass()) {
            throw new IllegalArgumentException("option " + option.getName() + " of " + pid + " is a "
                    + value.getClass().getSimpleName() + ", expected "
                    + option.getReturnType().getSimpleName());
        }
        return value;
    }
}
