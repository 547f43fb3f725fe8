// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCellAndNumbersStandAtTheRight() {
        Table table = new Table("NAME", "#SIZE", "NOTE").row("a", 1, "short").row("a longer name", 123456, "");

        assertEquals(
                List.of("NAME             SIZE  NOTE", "a                   1  short", "a longer name  123456"),
                print(table));
    }

    @Test
    void charactersBeyondTheBasicPlaneCountAsOne() {
        Table table = new Table("NAME", "NOTE").row("😀😀😀😀😀", "x").row("abc", "y");

        assertEquals(List.of("NAME   NOTE", "😀😀😀😀😀  x", "abc    y"), print(table));
    }

    @Test
    void whatCouldCommandTheTerminalIsShownAsAQuestionMark() {
        Table table = new Table("NAME").row("a\u001b[2Jb\nc\u202ed\u009be").row((Object) null);

        assertEquals(List.of("NAME", "a\\u001b[2Jb\\u000ac\\u202ed\\u009be", ""), print(table));
    }

    @Test
    void aRowWithTooFewCellsIsAMistakeOfTheCaller() {
        Table table = new Table("A", "B");

        assertThrows(IllegalArgumentException.class, () -> table.row("only one"));
    }

    @Test
    void whereThereIsNoRoomTitlesAndLongTextsAreBrokenBetweenWordsAndBehindMarks() {
        Table table = new Table("#LEAKED OBJECTS", "REASON")
                .row(7, "the size of com.example.handler.which.has.a.name.that.is.long is missing")
                .row(12345678, "");

        assertEquals(
                List.of(
                        "  LEAKED  REASON",
                        " OBJECTS",
                        "       7  the size of",
                        "          com.example.handler.which.has.a.name.",
                        "          that.is.long is missing",
                        "12345678"),
                print(table, 50));
    }

    @Test
    void whereColumnsHaveNoRoomBesideEachOtherTheLastOnesGoBelow() {
        Table table = new Table("NAME", "#ONE", "#TWO")
                .row("com.example", 1, 22222222)
                .row("b", 333333, 4);

        assertEquals(
                List.of(
                        "NAME            ONE",
                        "         TWO",
                        "com.example       1",
                        "    22222222",
                        "b            333333",
                        "           4"),
                print(table, 20));
    }

    @Test
    void aTextThatIsWiderThanALineIsBrokenAnywhere() {
        Table table = new Table("NAME").row("x".repeat(95));

        assertEquals(List.of("NAME", "x".repeat(40), "x".repeat(40), "x".repeat(15)), print(table, 40));
    }

    @Test
    void aTextThatHasNoEndIsCut() {
        Table table = new Table("NAME", "NOTE").row("😀".repeat(1000), "a").row("😀".repeat(1001), "b");

        assertEquals(
                List.of("NAME" + " ".repeat(1001) + "NOTE", "😀".repeat(1000) + "     a", "😀".repeat(1000) + "...  b"),
                print(table));
    }

    @Test
    void rowsBeyondTheMostAreCounted() {
        Table table =
                new Table(2, "NAME").row("a").row("b").row("a very long one").row("d");
        table.leaveOut(5);

        assertEquals(List.of("NAME", "a", "b"), print(table));
        assertEquals(7, table.leftOut());
    }

    private static List<String> print(Table table) {
        return print(table, Integer.MAX_VALUE);
    }

    private static List<String> print(Table table, int width) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), width);
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
