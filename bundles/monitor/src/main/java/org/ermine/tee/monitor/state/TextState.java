// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.osgi.dto.DTO;

/** One state as it is written for people, one field a line. */
final class TextState {

    private static final String INDENT = "  ";

    private final PrintWriter out;
    private final Room room;

    TextState(PrintWriter out, Room room) {
        this.out = out;
        this.room = room;
    }

    void write(DTO state) {
        fields(state, "", "");
    }

    private void fields(DTO dto, String first, String others) {
        String indent = first;
        for (Map.Entry<String, Object> field : DtoTree.of(dto).entrySet()) {
            out.print(indent + field.getKey() + ":");
            indent = others;
            if (DtoTree.node(field.getValue()) instanceof List<?> list) {
                list(dto, field.getKey(), list, others);
            } else {
                value(field.getValue(), others);
            }
        }
    }

    private void value(Object value, String indent) {
        if (value instanceof DTO dto) {
            out.println();
            fields(dto, indent + INDENT, indent + INDENT);
        } else {
            out.println(value == null || value.equals("") ? "" : " " + printable(value));
        }
    }

    private void list(DTO dto, String name, List<?> list, String indent) {
        int shown = room.take(dto, name, list.size());
        out.println(list.isEmpty() ? " none" : "");
        for (Object element : list.subList(0, shown)) {
            element(element, indent);
        }
        if (shown < list.size()) {
            out.println(indent + "- and " + (list.size() - shown) + " more");
        }
    }

    private void element(Object element, String indent) {
        if (element instanceof DTO dto) {
            fields(dto, indent + "- ", indent + INDENT);
        } else {
            out.println(indent + "- " + printable(element));
        }
    }

    /** Escapes a value, since what bundles say of themselves must not look like lines of ours. */
    private String printable(Object value) {
        return room.cut(value.toString()).replaceAll("\\p{Cntrl}", "?");
    }
}
