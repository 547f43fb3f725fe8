// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.List;
import org.jline.reader.ParsedLine;

/** What the user of a line editor has typed, whose package is imported optionally: so nobody else names its classes. */
final class TypedWords {

    private TypedWords() {}

    /**
     * The words between the name of the command and the one that is being completed; none if this is no line of a line
     * editor.
     */
    static List<String> before(Object line) {
        return line instanceof ParsedLine parsed && parsed.wordIndex() > 0
                ? List.copyOf(parsed.words().subList(1, parsed.wordIndex()))
                : List.of();
    }
}
