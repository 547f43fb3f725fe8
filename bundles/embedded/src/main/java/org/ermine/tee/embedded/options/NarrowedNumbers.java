// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers of a configuration that are not what their options hold: Declarative Services cut a number of another type to
 * fit, and 4294967297 becomes 1. Immutable.
 */
final class NarrowedNumbers {

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
            if (first(properties.get(option)) instanceof Number number && !fits(number, type)) {
                narrowed.put(option, number);
            }
        });
        return narrowed;
    }

    /** Of several values, an option that is one number has the first. */
    private static Object first(Object value) {
        if (value instanceof Collection<?> several) {
            return several.stream().findFirst().orElse(null);
        }
        return value != null && value.getClass().isArray() && Array.getLength(value) > 0 ? Array.get(value, 0) : value;
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
