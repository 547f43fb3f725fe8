// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

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
    void columns_are_as_wide_as_their_widest_cell_and_numbers_stand_at_the_right() {
        Table table = new Table("NAME", "#SIZE", "NOTE").row("a", 1, "short").row("a longer name", 123456, "");

        assertEquals(
                List.of("NAME             SIZE  NOTE", "a                   1  short", "a longer name  123456"),
                print(table));
    }

    @Test
    void characters_beyond_the_basic_plane_count_as_one() {
        Table table = new Table("NAME", "NOTE").row("😀😀😀😀😀", "x").row("abc", "y");

        assertEquals(List.of("NAME   NOTE", "😀😀😀😀😀  x", "abc    y"), print(table));
    }

    @Test
    void what_could_command_the_terminal_is_shown_as_a_question_mark() {
        Table table = new Table("NAME").row("a\u001b[2Jb\nc\u202ed\u009be").row((Object) null);

        assertEquals(List.of("NAME", "a?[2Jb?c?d?e", ""), print(table));
    }

    @Test
    void a_row_with_too_few_cells_is_a_mistake_of_the_caller() {
        Table table = new Table("A", "B");

        assertThrows(IllegalArgumentException.class, () -> table.row("only one"));
    }

    private static List<String> print(Table table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
