// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class FrameTest {

    private static String frame(String root) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        Frame.write(root, out);
        out.flush();
        return text.toString();
    }

    @Test
    void itHoldsThePageWhereverTheConsoleIs() {
        assertTrue(frame("/system/console/ermine").contains("<iframe src=\"/system/console/ermine/live.htm\""));
    }

    @Test
    void aPathCannotEndTheAttribute() {
        assertFalse(frame("/\"><script>").contains("<script>"));
    }

    @Test
    void thePathBelowThePluginIsWhatFollowsItsLabel() {
        assertEquals("", Plugin.path("/ermine"));
        assertEquals("", Plugin.path("/ermine/"));
        assertEquals("/state.json", Plugin.path("/ermine/state.json"));
    }
}
