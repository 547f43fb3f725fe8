// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Checks the options that a test configures against what the bundle describes by Metatype. Where they are wrong the
 * bundle would log it and go on with its defaults, but a test is to be told.
 */
final class ConfiguredOptions {

    private static final Map<Class<?>, Class<?>> BOXED =
            Map.of(int.class, Integer.class, long.class, Long.class, boolean.class, Boolean.class);

    private ConfiguredOptions() {}

    /**
     * Requires that what is configured is described.
     *
     * @param type the component property type that has the options
     * @throws IllegalArgumentException for an option that there is not, or whose value has another type or is out of
     *     its range
     */
    static void check(BundleContent bundle, Class<?> type, String pid, Map<String, Object> configured) {
        Map<String, Method> options = Arrays.stream(type.getDeclaredMethods())
                .collect(Collectors.toMap(Method::getName, Function.identity()));
        XmlElement metatype = bundle.read("OSGI-INF/metatype/" + type.getName() + ".xml");
        new TreeMap<>(configured).forEach((name, value) -> {
            Method option = options.get(name);
            if (option == null) {
                throw new IllegalArgumentException(pid + " has no option " + name + " but " + options.keySet());
            }
            String text = "option " + name + " of " + pid + " is " + value;
            requireType(option.getReturnType(), value, text);
            if (metatype != null && value instanceof Number number) {
                metatype.descendants("AD").stream()
                        .filter(described -> described.attribute("id").equals(name))
                        .forEach(described -> requireRange(described, number.longValue(), text));
            }
        });
    }

    private static void requireType(Class<?> type, Object value, String text) {
        boolean isWhole = type == long.class && value instanceof Integer;
        if (!isWhole && value.getClass() != BOXED.getOrDefault(type, type)) {
            throw new IllegalArgumentException(
                    text + ", a " + value.getClass().getSimpleName() + " and no " + type.getSimpleName());
        }
    }

    private static void requireRange(XmlElement described, long value, String text) {
        String least = described.attribute("min");
        String most = described.attribute("max");
        if (!least.isEmpty() && value < Long.parseLong(least) || !most.isEmpty() && value > Long.parseLong(most)) {
            throw new IllegalArgumentException(text + ", not " + least + " to " + most);
        }
    }
}
