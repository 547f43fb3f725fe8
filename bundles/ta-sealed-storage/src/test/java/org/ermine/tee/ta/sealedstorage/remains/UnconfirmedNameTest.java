// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.remains;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnconfirmedNameTest {

    private static final String KEY = Drawer.COMMON.key("pin");

    @Test
    @DisplayName("given the name of an object then what is not confirmed has it with a mark, in the same drawer")
    void marked() {
        assertEquals(Drawer.COMMON.key("pin (not confirmed)"), UnconfirmedName.of(KEY, Set.of(KEY)));
    }

    @Test
    @DisplayName("given objects that have such names then a number tells what is not confirmed from them")
    void numbered() {
        Set<String> taken = new TreeSet<>(Set.of(KEY));
        taken.add(UnconfirmedName.of(KEY, taken));
        taken.add(UnconfirmedName.of(KEY, taken));
        String third = UnconfirmedName.of(KEY, taken);
        assertEquals("pin (not confirmed, 3)", Drawer.objectOf(third));
        assertEquals(3, taken.size());
    }

    @Test
    @DisplayName(
            "given a name of the most bytes then it is cut off between characters, and is no longer than a name is")
    void cutOff() {
        String turtles = "🐢".repeat(63) + "abc";
        String name = Drawer.objectOf(UnconfirmedName.of(Drawer.COMMON.key(turtles), Set.of()));
        assertEquals("🐢".repeat(59) + " (not confirmed)", name);
        assertTrue(name.getBytes(UTF_8).length <= 255);
    }
}
