// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** What the messages of public interfaces look like: the table {@code golden-messages.txt}. */
final class GoldenMessages {

    private static final String TABLE = "golden-messages.txt";

    private GoldenMessages() {}

    /** One line of the table. */
    record Golden(
            String name,
            int op,
            int counts,
            List<String> inputs,
            List<String> rooms,
            int result,
            List<String> outputs) {

        String interfaceName() {
            return name.substring(0, name.indexOf('.'));
        }

        boolean isOf(WireTap.Message message) {
            return message.interfaceName().equals(interfaceName()) && message.op() == op;
        }

        boolean matches(WireTap.Message message) {
            return isOf(message)
                    && message.counts() == counts
                    && message.result() == result
                    && fit(inputs, message.inputs())
                    && fit(rooms, message.rooms())
                    && (result != 0 || fit(outputs, message.outputs()));
        }

        private static boolean fit(List<String> patterns, List<byte[]> buffers) {
            if (patterns.size() != buffers.size()) {
                return false;
            }
            for (int i = 0; i < buffers.size(); i++) {
                if (!fits(patterns.get(i), buffers.get(i))) {
                    return false;
                }
            }
            return true;
        }

        private static boolean fits(String pattern, byte[] buffer) {
            if (pattern.equals("*")) {
                return true;
            }
            return pattern.startsWith("=")
                    ? Arrays.equals(HexFormat.of().parseHex(pattern.substring(1)), buffer)
                    : Integer.parseInt(pattern) == buffer.length;
        }
    }

    static List<Golden> read() throws IOException {
        try (InputStream table = Objects.requireNonNull(GoldenMessages.class.getResourceAsStream(TABLE), TABLE)) {
            return new String(table.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(GoldenMessages::parse)
                    .toList();
        }
    }

    private static Golden parse(String line) {
        String[] columns = line.split("\\|");
        if (columns.length != 7) {
            throw new IllegalArgumentException("not 7 columns: " + line);
        }
        int counts = 0;
        String[] each = columns[2].trim().split(" ");
        for (int kind = 0; kind < each.length; kind++) {
            counts |= Integer.parseInt(each[kind]) << 4 * kind;
        }
        return new Golden(
                columns[0].trim(),
                Integer.parseInt(columns[1].trim()),
                counts,
                buffers(columns[3]),
                buffers(columns[4]),
                Integer.parseInt(columns[5].trim()),
                buffers(columns[6]));
    }

    private static List<String> buffers(String column) {
        String text = column.trim();
        return text.equals("-") ? List.of() : List.of(text.split(" +"));
    }
}
