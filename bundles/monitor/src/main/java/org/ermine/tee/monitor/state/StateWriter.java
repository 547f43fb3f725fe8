// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import org.osgi.dto.DTO;

/** Writes data transfer objects with all their fields, in the order of their declaration. Immutable. */
public final class StateWriter {

    private static final String INDENT = "  ";

    private final JsonFactory factory = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private final boolean indented;

    private StateWriter(boolean indented) {
        this.indented = indented;
    }

    /** Writes for people: JSON is indented. */
    public static StateWriter indented() {
        return new StateWriter(true);
    }

    /** Writes for programs: JSON has no white space. */
    public static StateWriter compact() {
        return new StateWriter(false);
    }

    /** Writes a JSON object; {@code out} is flushed and stays open. */
    public void json(DTO state, Writer out) throws IOException {
        writeJson(DtoTree.of(state), out);
    }

    /** Writes a JSON array; {@code out} is flushed and stays open. */
    public void json(List<? extends DTO> states, Writer out) throws IOException {
        writeJson(DtoTree.of(states), out);
    }

    private void writeJson(Object tree, Writer out) throws IOException {
        try (JsonGenerator json = factory.createGenerator(out)) {
            if (indented) {
                json.useDefaultPrettyPrinter();
            }
            write(tree, json);
        }
    }

    private static void write(Object value, JsonGenerator json) throws IOException {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> field : map.entrySet()) {
                json.writeFieldName((String) field.getKey());
                write(field.getValue(), json);
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(element, json);
            }
            json.writeEndArray();
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString((String) value);
        }
    }

    /** One field a line; what belongs to it is indented, and each element of a list begins with a dash. */
    public void text(DTO state, PrintWriter out) {
        fields(DtoTree.of(state), "", "", out);
    }

    private static void fields(Map<?, ?> tree, String first, String others, PrintWriter out) {
        String indent = first;
        for (Map.Entry<?, ?> field : tree.entrySet()) {
            out.print(indent + field.getKey() + ":");
            value(field.getValue(), others, out);
            indent = others;
        }
    }

    private static void value(Object value, String indent, PrintWriter out) {
        if (value instanceof Map<?, ?> map) {
            out.println();
            fields(map, indent + INDENT, indent + INDENT, out);
        } else if (value instanceof List<?> list) {
            out.println(list.isEmpty() ? " none" : "");
            for (Object element : list) {
                element(element, indent, out);
            }
        } else {
            out.println(value == null || value.equals("") ? "" : " " + printable(value));
        }
    }

    private static void element(Object element, String indent, PrintWriter out) {
        if (element instanceof Map<?, ?> map) {
            fields(map, indent + "- ", indent + INDENT, out);
        } else {
            out.println(indent + "- " + printable(element));
        }
    }

    /** What bundles say of themselves must not look like lines of ours. */
    private static String printable(Object value) {
        return value.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
