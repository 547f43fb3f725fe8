// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.util.Map;

/** Some of our commands, each a public method described for {@link Usage}. The type under which {@link Completion} finds them. */
interface Commands {

    /** A command of Gogo, and of Karaf: names of files. */
    String FILES = "__files";
    /** For commands that take nothing one could choose from. */
    String NOTHING = "";

    /** The names of the commands, and for each the command that gives candidates for its operands. */
    Map<String, String> candidates();
}
