// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.osgi.dto.DTO;

class StateWriterTest {

    private static final String WHOLE = "😀".repeat(1000);

    public static class Named extends DTO {
        public String name;
        public String[] others;
        public String none;
    }

    private static Named named() {
        Named named = new Named();
        named.name = WHOLE + "x";
        named.others = new String[] {WHOLE, "y".repeat(2000)};
        return named;
    }

    @Test
    void givenTextsWithoutEndWhenAStateIsWrittenUpToABoundThenTheyAreCut() throws IOException {
        StringWriter json = new StringWriter();
        StateWriter.compact().atMost(5).json(named(), json);
        assertEquals(
                "{\"name\":\"" + WHOLE + "...\",\"others\":[\"" + WHOLE + "\",\"" + "y".repeat(1000)
                        + "...\"],\"none\":null}",
                json.toString());

        StringWriter text = new StringWriter();
        StateWriter.indented().atMost(5).text(named(), new PrintWriter(text, true));
        assertEquals(
                "name: " + WHOLE + "...\nothers:\n- " + WHOLE + "\n- " + "y".repeat(1000) + "...\nnone:\n",
                text.toString().replace(System.lineSeparator(), "\n"));
    }

    @Test
    void givenTextsWithoutEndWhenAStateIsWrittenWithoutBoundThenTheyAreWhole() throws IOException {
        StringWriter json = new StringWriter();
        StateWriter.compact().json(named(), json);
        assertEquals(
                "{\"name\":\"" + WHOLE + "x\",\"others\":[\"" + WHOLE + "\",\"" + "y".repeat(2000)
                        + "\"],\"none\":null}",
                json.toString());
    }
}
