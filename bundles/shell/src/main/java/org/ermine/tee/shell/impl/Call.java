// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;

/**
 * One call of a command, with arguments that fit its {@link Usage}.
 *
 * @param command its name with the scope
 * @param flags the flags that were given, under all their names
 */
record Call(String command, CommandSession session, Console console, List<String> operands, Set<String> flags) {

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** The failure of this call, for a reason that the message tells. */
    CommandException failure(String message) {
        return new CommandException(command + ": " + Table.printable(message));
    }
}
