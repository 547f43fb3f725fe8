// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as QTEE's published interface lays them out. */
@Timeout(10)
class DiagnosticsTest {

    private int op;
    private byte[] input = {};

    /**
     * Diagnostics of a QTEE that answers the only operation with these bytes, one text of hex digits for each output.
     */
    private Diagnostics answering(String... outputs) throws TeeException {
        return Diagnostics.open(FakeQtee.offering((called, arguments) -> {
            op = called;
            int output = 0;
            for (int i = 0; i < arguments.count(); i++) {
                if (arguments.kind(i) == Arguments.Kind.INPUT_BUFFER) {
                    input = ArgumentAccess.array(arguments, i).clone();
                } else {
                    answer(arguments, i, HexFormat.of().parseHex(outputs[output++].replace(" ", "")));
                }
            }
            assertEquals(outputs.length, output, "output buffers");
        }));
    }

    private static void answer(Arguments arguments, int index, byte[] bytes) {
        if (ArgumentAccess.array(arguments, index) != null) {
            System.arraycopy(
                    bytes,
                    0,
                    ArgumentAccess.array(arguments, index),
                    ArgumentAccess.offset(arguments, index),
                    bytes.length);
        } else {
            ByteBuffer room = ArgumentAccess.byteBuffer(arguments, index);
            room.put(ArgumentAccess.offset(arguments, index), bytes);
        }
        ArgumentAccess.written(arguments, index, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            value = {"00|", "61 00|a", "61 0a 62 62 00|a,bb", "61 0a 62|a,b"},
            delimiter = '|')
    @DisplayName("given names with a line feed after each but the last and a NUL, then each is one of the loaded "
            + "applications")
    void loadedApps(String bytes, String names) throws TeeException {
        List<String> expected = names == null ? List.of() : List.of(names.split(","));
        assertEquals(expected, answering(bytes).queryLoadedApps());
        assertEquals(Diagnostics.OP_QUERY_LOADED_APPS, op);
    }

    @Test
    @DisplayName("given two regions of three 64-bit sizes and a word, then these are the regions and whether they are "
            + "scattered")
    void appRegion() throws TeeException {
        Diagnostics diagnostics = answering(
                // One line for each region, with its three sizes.
                "0000000001000000 0300000000000000 0200000000000000",
                "0600000000000000 0500000000000000 0400000000000000",
                "01000000");
        assertEquals(
                new Diagnostics.AppRegions(
                        new Diagnostics.Region(1L << 32, 3, 2), new Diagnostics.Region(6, 5, 4), true),
                diagnostics.queryAppRegion());
        assertEquals(Diagnostics.OP_QUERY_APP_REGION, op);
    }

    @Test
    @DisplayName("given four words and a 64-bit size, then they are status, stacks, accepted message and memory")
    void appInfo() throws TeeException {
        // Status, sizes of the stacks of user and kernel, longest message; at 16, of 64 bits, the memory.
        Diagnostics diagnostics = answering("03000000 00100000 ffffffff 00000100 0000000001000000");
        assertEquals(
                new Diagnostics.AppInfo(Diagnostics.AppInfo.BLOCKED, 4096, 0xffffffffL, 65536, 1L << 32),
                diagnostics.queryAppInfo("keys"));
        assertEquals(Diagnostics.OP_QUERY_APP_INFO, op);
        assertArrayEquals("keys".getBytes(StandardCharsets.US_ASCII), input);
    }

    @Test
    @DisplayName("given an answer of another size, then it is SIZE_OUT")
    void wrongSize() throws TeeException {
        Diagnostics shortInfo = answering("00".repeat(23));
        assertEquals(
                TeeResult.SIZE_OUT,
                assertThrows(TeeException.class, () -> shortInfo.queryAppInfo("keys"))
                        .result());
        Diagnostics shortRegion = answering("00".repeat(24), "00".repeat(16), "00".repeat(4));
        assertEquals(
                TeeResult.SIZE_OUT,
                assertThrows(TeeException.class, shortRegion::queryAppRegion).result());
    }
}
