// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

/** The name of the page in a Web Console of either generation. */
final class Plugin {

    static final String LABEL = "ermine";
    static final String LABEL_PROPERTY = "felix.webconsole.label=" + LABEL;
    static final String TITLE_PROPERTY = "felix.webconsole.title=Ermine TEE";
    static final String CATEGORY_PROPERTY = "felix.webconsole.category=OSGi";

    private Plugin() {}

    /** What is asked for below the label; empty for the plugin itself. */
    static String path(String pathInfo) {
        String path = pathInfo.substring(LABEL.length() + 1);
        return path.equals("/") ? "" : path;
    }
}
