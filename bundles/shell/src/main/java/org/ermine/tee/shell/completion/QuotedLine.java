// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.List;
import org.jline.reader.CompletingParsedLine;

/**
 * A command line that is being completed, as Gogo has parsed it, but for how names are written into it. Public, as
 * scripts of Gogo ask it for its words. Immutable.
 */
public final class QuotedLine implements CompletingParsedLine {

    private static final String HOME = "~";

    private final CompletingParsedLine parsed;
    private final String rawWord;

    QuotedLine(CompletingParsedLine parsed) {
        this.parsed = parsed;
        int begin = parsed.cursor() - parsed.rawWordCursor();
        rawWord = parsed.rawWordLength() == 0 ? "" : parsed.line().substring(begin, begin + parsed.rawWordLength());
    }

    /** Whether the word at the cursor says something else than what is written. */
    boolean isQuoted() {
        return !rawWord.equals(word());
    }

    /**
     * Writes a candidate. What the user has written himself stays as it is, since the line editor counts its
     * characters; and so does the folder that is meant by a tilde.
     */
    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
        String name = candidate.toString();
        if (!complete && name.equals(word())) {
            return rawWord;
        }
        return rawWord.startsWith(HOME) && name.startsWith(HOME)
                ? HOME + Quoting.BARE.write(name.substring(HOME.length()), complete)
                : Quoting.of(rawWord).write(name, complete);
    }

    @Override
    public int rawWordCursor() {
        return parsed.rawWordCursor();
    }

    @Override
    public int rawWordLength() {
        return parsed.rawWordLength();
    }

    @Override
    public String word() {
        return parsed.word();
    }

    /** Behind the last character Gogo counts those of the word as it is written, which may be more. */
    @Override
    public int wordCursor() {
        return Math.min(parsed.wordCursor(), word().length());
    }

    @Override
    public int wordIndex() {
        return parsed.wordIndex();
    }

    @Override
    public List<String> words() {
        return parsed.words();
    }

    @Override
    public String line() {
        return parsed.line();
    }

    @Override
    public int cursor() {
        return parsed.cursor();
    }
}
