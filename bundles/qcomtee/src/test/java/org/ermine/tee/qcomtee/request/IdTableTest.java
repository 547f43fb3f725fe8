// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IdTableTest {

    private static final int MANY = 300;

    private final IdTable<Numbered> table = new IdTable<>();

    private static final class Numbered implements IdTable.Entry {

        private long id;

        @Override
        public void id(long id) {
            this.id = id;
        }

        @Override
        public boolean hasId(long id) {
            return this.id == id;
        }

        int index() {
            return (int) id;
        }
    }

    private Numbered add() {
        Numbered added = new Numbered();
        long id = table.add(added);
        assertEquals(id, added.id);
        return added;
    }

    private List<Numbered> add(int count) {
        List<Numbered> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            added.add(add());
        }
        return added;
    }

    @Test
    @DisplayName(
            "OBJ-1, OBJ-6, ERM-2: given many entries of which some are removed then the next ones get the lowest free"
                    + " indexes, under new ids")
    void givenEntriesThatWereRemovedThenTheNextGetTheLowestFreeIndexes() {
        List<Numbered> all = add(MANY);
        for (int i = 0; i < MANY; i++) {
            assertEquals(i, all.get(i).index());
        }
        for (int index : new int[] {150, 63, 64, 5, 299}) {
            assertSame(all.get(index), table.remove(all.get(index).id));
        }
        for (int index : new int[] {5, 63, 64, 150, 299, 300}) {
            Numbered next = add();
            assertEquals(index, next.index());
            assertSame(next, table.get(next.id));
            if (index < MANY) {
                assertNotEquals(all.get(index).id, next.id);
                assertNull(table.get(all.get(index).id));
            }
        }
        assertEquals(MANY + 1, table.size());
    }

    @Test
    @DisplayName(
            "given entries in all parts of the table then they are listed in the order of their indexes, and end by"
                    + " index")
    void givenEntriesInAllPartsThenTheyAreListedInOrder() {
        List<Numbered> all = add(MANY);
        for (int i = 0; i < MANY; i += 2) {
            table.remove(all.get(i).id);
        }
        List<Numbered> left = table.entries();
        assertEquals(MANY / 2, left.size());
        for (int i = 0; i < left.size(); i++) {
            assertSame(all.get(2 * i + 1), left.get(i));
        }
        for (int index = 0; index < table.places(); index++) {
            table.removeAt(index);
        }
        assertEquals(0, table.size());
        assertEquals(0, add().index());
    }
}
