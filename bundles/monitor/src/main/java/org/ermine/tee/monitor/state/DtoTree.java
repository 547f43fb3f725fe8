// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.dto.DTO;

/**
 * A data transfer object as maps, lists and plain values: what the rules for DTOs allow (public fields of primitive
 * types, strings, other DTOs, arrays and lists of these), in the order of their declaration. Deeper levels are made
 * when they are asked for, so that a large state is never in memory twice.
 */
final class DtoTree {

    private DtoTree() {}

    /** The fields of a DTO. */
    static Map<String, Object> of(DTO dto) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Field field : dto.getClass().getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                fields.put(field.getName(), get(field, dto));
            }
        }
        return fields;
    }

    private static Object get(Field field, DTO dto) {
        try {
            return field.get(dto);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(dto.getClass() + " is no DTO", e);
        }
    }

    /** What a field or an element holds: a map for a DTO, a list for an array, everything else as it is. */
    static Object node(Object value) {
        if (value instanceof DTO dto) {
            return of(dto);
        }
        return value != null && value.getClass().isArray() ? elements(value) : value;
    }

    private static List<Object> elements(Object array) {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return Array.get(array, index);
            }

            @Override
            public int size() {
                return Array.getLength(array);
            }
        };
    }
}
