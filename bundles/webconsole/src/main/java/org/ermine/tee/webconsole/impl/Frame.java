// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.io.PrintWriter;

/**
 * What stands in the console's own page: a frame with ours in it. So neither's styles and scripts get in the way of the
 * other's, and ours can have a strict policy.
 */
final class Frame {

    /** The request attribute in which consoles of both generations tell where the plugin is. */
    static final String ROOT_ATTRIBUTE = "felix.webconsole.pluginRoot";

    private Frame() {}

    static void write(Object pluginRoot, PrintWriter out) {
        String page = attribute(pluginRoot + "/" + PageFiles.START);
        out.println("<p><a href=\"" + page + "\" target=\"_top\">Ermine on the whole page</a></p>");
        out.println("<iframe src=\"" + page + "\" title=\"Ermine, live\""
                + " style=\"width:100%;height:calc(100vh - 11em);min-height:32em;border:0\"></iframe>");
    }

    private static String attribute(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }
}
