// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers of a configuration that are not what their options hold: Declarative Services cut a number of another type to
 * fit, and 4294967297 becomes 1, as an array without a number becomes 0. Immutable.
 */
final class NarrowedNumbers {

    /** Stands for an array or a collection without values. */
    private static final Object NONE = List.of();

    private final Map<String, Class<?>> options = new HashMap<>();

    /** @param type a component property type */
    NarrowedNumbers(Class<? extends Annotation> type) {
        for (Method option : type.getDeclaredMethods()) {
            if (option.getReturnType() == int.class || option.getReturnType() == long.class) {
                options.put(OptionNames.name(type, option), option.getReturnType());
            }
        }
    }

    /** By the options that do not hold them. */
    Map<String, Object> in(Map<String, ?> properties) {
        Map<String, Object> narrowed = new HashMap<>();
        options.forEach((option, type) -> {
            Object first = first(properties.get(option));
            if (NONE.equals(first) || first instanceof Number number && !fits(number, type)) {
                narrowed.put(option, first);
            }
        });
        return narrowed;
    }

    /** Of several values, an option that is one number has the first. */
    private static Object first(Object value) {
        if (value instanceof Collection<?> several) {
            return several.isEmpty() ? NONE : several.iterator().next();
        }
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        return Array.getLength(value) == 0 ? NONE : Array.get(value, 0);
    }

    private static boolean fits(Number number, Class<?> type) {
        try {
            BigDecimal exact = new BigDecimal(number.toString());
            long whole = exact.longValueExact();
            return type == long.class || whole == (int) whole;
        } catch (ArithmeticException | NumberFormatException e) {
            // It has a fraction, is too large, or is none at all.
            return false;
        }
    }
}
