// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import org.osgi.dto.DTO;

/**
 * Writes data transfer objects with all their fields, in the order of their declaration. Lists and texts are written in
 * full, or where {@link #atMost} says so up to a bound, with the number or a mark of what was left out. Immutable.
 */
public final class StateWriter {

    /** How many characters of a text are written where there is a bound. */
    private static final int LONGEST = 1000;

    private final JsonFactory factory = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private final boolean indented;
    private final int most;
    private final int longest;

    private StateWriter(boolean indented, int most, int longest) {
        this.indented = indented;
        this.most = most;
        this.longest = longest;
    }

    /** Writes for people: JSON is indented. */
    public static StateWriter indented() {
        return new StateWriter(true, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Writes for programs: JSON has no white space. */
    public static StateWriter compact() {
        return new StateWriter(false, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Returns a writer with limits. Of what a field lists it writes at most so many elements, counting all objects of
     * its kind that have the field together, and of a text at most 1000 characters, with {@code ...} in place of the
     * others. So what is written has a limit, however many things there are, and whatever others say of themselves. In
     * JSON a field {@code fooLeftOut} after {@code foo} holds the number of elements that are missing; it is there only
     * if some are.
     *
     * @param elements 1 or more
     */
    public StateWriter atMost(int elements) {
        if (elements < 1) {
            throw new IllegalArgumentException("at most " + elements + " elements");
        }
        return new StateWriter(indented, elements, LONGEST);
    }

    /** Writes a JSON object; {@code out} is flushed and stays open. */
    public void json(DTO state, Writer out) throws IOException {
        writeJson(state, out);
    }

    /** Writes a JSON array; {@code out} is flushed and stays open. */
    public void json(List<? extends DTO> states, Writer out) throws IOException {
        writeJson(states, out);
    }

    private void writeJson(Object state, Writer out) throws IOException {
        try (JsonGenerator json = factory.createGenerator(out)) {
            if (indented) {
                json.useDefaultPrettyPrinter();
            }
            new JsonState(json, new Room(most, longest)).write(state);
        }
    }

    /** Writes one field a line. What belongs to it is indented, and each element of a list begins with a dash. */
    public void text(DTO state, PrintWriter out) {
        new TextState(out, new Room(most, longest)).write(state);
    }
}
