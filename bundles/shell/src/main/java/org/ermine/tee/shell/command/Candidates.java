// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ermine.tee.runtime.TeeRuntime;

/**
 * What completion offers for the operands of a command, and for the values of its flags.
 *
 * @param kind where those for operands come from
 * @param operands gives those of kind LIST, as they are at the moment
 * @param values gives those for the values of flags, by the names of these flags
 */
public record Candidates(Kind kind, Lister operands, Map<String, Lister> values) {

    public enum Kind {
        NOTHING,
        FILES,
        LIST
    }

    /** Lists candidates for a word. */
    @FunctionalInterface
    public interface Lister {
        /** @param before the words between the name of the command and this one */
        List<String> list(List<String> before) throws Exception;
    }

    /** For commands that take nothing one could choose from. */
    public static final Candidates NOTHING = new Candidates(Kind.NOTHING, before -> List.of(), Map.of());

    public static final Candidates FILES = new Candidates(Kind.FILES, before -> List.of(), Map.of());

    /** The same whatever stands before. */
    public static Candidates of(Callable<List<String>> list) {
        return new Candidates(Kind.LIST, before -> list.call(), Map.of());
    }

    public static Candidates of(Lister operands) {
        return new Candidates(Kind.LIST, operands, Map.of());
    }

    /** The names of the devices. */
    public static Candidates devices(TeeRuntime runtime) {
        return of(() -> Arrays.stream(runtime.snapshot(0).devices)
                .map(device -> device.name)
                .toList());
    }

    /** The same, and for the value of a flag those of a list. */
    public Candidates withValues(Callable<List<String>> list, String... names) {
        Map<String, Lister> more = new HashMap<>(values);
        for (String name : names) {
            more.put(name, before -> list.call());
        }
        return new Candidates(kind, operands, Map.copyOf(more));
    }

    /** Whether there may be any. */
    public boolean areAny() {
        return kind != Kind.NOTHING || !values.isEmpty();
    }

    /** Whether the candidates for the word behind these ones are files. */
    public boolean areFiles(List<String> before) {
        return kind == Kind.FILES && !values.containsKey(last(before));
    }

    /** The candidates for the word behind these ones, where they are no files. */
    public List<String> list(List<String> before) throws Exception {
        return values.getOrDefault(last(before), operands).list(before);
    }

    private static String last(List<String> words) {
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }
}
