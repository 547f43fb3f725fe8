// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.Set;
import org.ermine.tee.shell.text.Table;

/** How a name is written in a command line of Gogo, so that it is one word which says just that name. */
enum Quoting {
    /** Without quotation marks. */
    BARE(""),
    /** Between single ones: within double ones Gogo still makes something of braces, variables and the like. */
    QUOTED("'");

    /** Of these Gogo makes nothing outside of quotation marks, nor of any letter or digit. */
    private static final String PLAIN = "_-./:,+@^";

    private static final Set<String> VALUES = Set.of("null", "true", "false");

    private final String mark;

    Quoting(String mark) {
        this.mark = mark;
    }

    /**
     * As the user began it.
     *
     * @param word as it stands in the command line
     */
    static Quoting of(String word) {
        return word.startsWith("'") || word.startsWith("\"") ? QUOTED : BARE;
    }

    /**
     * Writes a name.
     *
     * @param whole whether it is all of the name, and not only its beginning, behind which the user goes on
     */
    String write(String name, boolean whole) {
        StringBuilder word = new StringBuilder(mark);
        if (this == BARE && meansMore(name)) {
            word.append('\\');
        }
        name.codePoints().forEach(each -> word.append(write(each)));
        return whole ? word.append(mark).toString() : word.toString();
    }

    private String write(int codePoint) {
        String text = Character.toString(codePoint);
        String printable = Table.printable(text);
        if (!printable.equals(text)) {
            return outside("$'" + printable + "'");
        }
        return switch (this) {
            case BARE -> isPlain(codePoint) ? text : "\\" + text;
            case QUOTED -> text.equals(mark) ? outside("\\" + text) : text;
        };
    }

    /** Whether it is a comment, null, a truth value or a number to Gogo, though each character is plain. */
    private static boolean meansMore(String name) {
        return name.startsWith("//") || VALUES.contains(name) || isNumber(name);
    }

    private static boolean isNumber(String name) {
        try {
            Double.parseDouble(name);
            return isPlain(name.codePointAt(0));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Between the end of a quotation and the beginning of the next one; Gogo takes all for one word. */
    private String outside(String text) {
        return mark + text + mark;
    }

    private static boolean isPlain(int codePoint) {
        return codePoint > 0x7f || Character.isLetterOrDigit(codePoint) || PLAIN.indexOf(codePoint) >= 0;
    }
}
