// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.List;
import org.ermine.tee.shell.text.Table;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Expander;
import org.jline.reader.History;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.LineReaderImpl;

/**
 * The line editor of one session of Gogo, with which no name and no line ends the shell. As Gogo sets it up, the first
 * character of a candidate that has to be quoted is an error that ends the shell's thread, and so is an error of its
 * parser; a line that is no command line counts as the end of the input.
 *
 * <p>Used by the thread of the shell. What was there before is asked all the while, and there again in the end.
 */
final class LineEditor implements Parser, Completer, Expander {

    private final Parser parser;
    private final Completer completer;
    private final Expander expander;
    /** Whether the word that is being completed is written otherwise than it says. */
    private boolean quoted;

    private LineEditor(LineReaderImpl reader) {
        parser = reader.getParser();
        completer = reader.getCompleter();
        expander = reader.getExpander();
    }

    /** From now on what the user types in that session is read so, and completed. */
    static void install(Object reader) {
        LineReaderImpl lineReader = (LineReaderImpl) reader;
        LineEditor editor = new LineEditor(lineReader);
        lineReader.setParser(editor);
        lineReader.setCompleter(editor);
        lineReader.setExpander(editor);
    }

    /** Leaves what somebody else has set since. */
    static void remove(Object reader) {
        LineReaderImpl lineReader = (LineReaderImpl) reader;
        if (lineReader.getParser() instanceof LineEditor editor) {
            lineReader.setParser(editor.parser);
        }
        if (lineReader.getCompleter() instanceof LineEditor editor) {
            lineReader.setCompleter(editor.completer);
        }
        if (lineReader.getExpander() instanceof LineEditor editor) {
            lineReader.setExpander(editor.expander);
        }
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        try {
            ParsedLine parsed = parser.parse(line, cursor, context);
            return context == ParseContext.COMPLETE && parsed instanceof CompletingParsedLine completing
                    ? quoted(completing)
                    : parsed;
        } catch (EOFError e) {
            throw e;
        } catch (RuntimeException e) {
            if (context != ParseContext.ACCEPT_LINE) {
                throw new SyntaxError(-1, -1, String.valueOf(e.getMessage()));
            }
            return failing(e);
        }
    }

    private ParsedLine quoted(CompletingParsedLine parsed) {
        QuotedLine line = new QuotedLine(parsed);
        quoted = line.isQuoted();
        return line;
    }

    /** A line that fails with the message: the shell shows it, as any failure, and goes on. */
    private ParsedLine failing(RuntimeException problem) {
        String message = Table.printable("This is no command line: " + problem.getMessage());
        String line = "throw " + Quoting.QUOTED.write(message, true);
        return parser.parse(line, line.length(), ParseContext.ACCEPT_LINE);
    }

    @Override
    public void complete(LineReader lineReader, ParsedLine line, List<Candidate> candidates) {
        completer.complete(lineReader, line, candidates);
        candidates.replaceAll(LineEditor::printable);
    }

    /** The names of files and objects may hold what commands a terminal. */
    private static Candidate printable(Candidate candidate) {
        String name = Table.printable(candidate.value());
        return name.equals(candidate.value())
                ? candidate
                : new Candidate(
                        candidate.value(),
                        name,
                        candidate.group(),
                        candidate.descr(),
                        candidate.suffix(),
                        candidate.key(),
                        candidate.complete());
    }

    @Override
    public String expandHistory(History history, String line) {
        return expander.expandHistory(history, line);
    }

    /** What is quoted means nothing but itself. */
    @Override
    public String expandVar(String word) {
        return quoted ? word : expander.expandVar(word);
    }
}
