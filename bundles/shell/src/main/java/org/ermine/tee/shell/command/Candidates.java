// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.ermine.tee.runtime.TeeRuntime;

/**
 * What completion offers for the operands of a command.
 *
 * @param kind where they come from
 * @param list gives those of kind LIST, as they are at the moment
 */
public record Candidates(Kind kind, Callable<List<String>> list) {

    public enum Kind {
        NOTHING,
        FILES,
        LIST
    }

    /** For commands that take nothing one could choose from. */
    public static final Candidates NOTHING = new Candidates(Kind.NOTHING, List::of);

    public static final Candidates FILES = new Candidates(Kind.FILES, List::of);

    public static Candidates of(Callable<List<String>> list) {
        return new Candidates(Kind.LIST, list);
    }

    /** The names of the devices. */
    public static Candidates devices(TeeRuntime runtime) {
        return of(() -> Arrays.stream(runtime.snapshot(0).devices)
                .map(device -> device.name)
                .toList());
    }
}
