// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * What completion offers for the operands of a command.
 *
 * @param kind where they come from
 * @param list gives those of kind LIST, as they are at the moment
 */
record Candidates(Kind kind, Callable<List<String>> list) {

    enum Kind {
        NOTHING,
        FILES,
        LIST
    }

    /** For commands that take nothing one could choose from. */
    static final Candidates NOTHING = new Candidates(Kind.NOTHING, List::of);

    static final Candidates FILES = new Candidates(Kind.FILES, List::of);

    static Candidates of(Callable<List<String>> list) {
        return new Candidates(Kind.LIST, list);
    }
}
