// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.util.Map;

/**
 * Some of our commands, each a public method described for {@link CommandUsage}. The type under which completion
 * finds them.
 */
public interface Commands {

    /** The names of the commands, and for each the candidates for its operands. */
    Map<String, Candidates> candidates();
}
