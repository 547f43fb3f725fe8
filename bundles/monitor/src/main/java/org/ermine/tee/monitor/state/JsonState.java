// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.osgi.dto.DTO;

/** One state as it is written in JSON. */
final class JsonState {

    /** The end of the name of a field that tells how many elements of a list are missing. */
    private static final String LEFT_OUT = "LeftOut";

    private final JsonGenerator json;
    private final Room room;

    JsonState(JsonGenerator json, Room room) {
        this.json = json;
        this.room = room;
    }

    void write(Object value) throws IOException {
        if (value instanceof DTO dto) {
            writeFields(dto);
        } else if (DtoTree.node(value) instanceof List<?> list) {
            writeElements(list, list.size());
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString(room.cut((String) value));
        }
    }

    private void writeFields(DTO dto) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, Object> field : DtoTree.of(dto).entrySet()) {
            json.writeFieldName(field.getKey());
            if (DtoTree.node(field.getValue()) instanceof List<?> list) {
                writeList(dto, field.getKey(), list);
            } else {
                write(field.getValue());
            }
        }
        json.writeEndObject();
    }

    private void writeList(DTO dto, String name, List<?> list) throws IOException {
        int shown = room.take(dto, name, list.size());
        writeElements(list, shown);
        if (shown < list.size()) {
            json.writeNumberField(name + LEFT_OUT, list.size() - shown);
        }
    }

    private void writeElements(List<?> list, int count) throws IOException {
        json.writeStartArray();
        for (Object element : list.subList(0, count)) {
            write(element);
        }
        json.writeEndArray();
    }
}
