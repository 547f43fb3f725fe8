// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.dto.DTO;

/**
 * A data transfer object as maps, lists and plain values: what the rules for DTOs allow (public fields of primitive types, strings,
 * other DTOs, arrays and lists of these), in the order of their declaration.
 */
final class DtoTree {

    private DtoTree() {}

    static List<Object> of(List<? extends DTO> dtos) {
        return dtos.stream().<Object>map(DtoTree::of).toList();
    }

    static Map<String, Object> of(DTO dto) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Field field : dto.getClass().getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                fields.put(field.getName(), value(get(field, dto)));
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

    private static Object value(Object value) {
        if (value instanceof DTO dto) {
            return of(dto);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(DtoTree::value).toList();
        }
        return value != null && value.getClass().isArray() ? elements(value) : value;
    }

    private static List<Object> elements(Object array) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(value(Array.get(array, i)));
        }
        return elements;
    }
}
