// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.callback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.fakes.IdleSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SourceLineTest {

    private final SourceLine line = new SourceLine();
    private final CallbackSource one = new IdleSource("one");
    private final CallbackSource two = new IdleSource("two");
    private final CallbackSource three = new IdleSource("three");

    private void add(CallbackSource... sources) {
        for (CallbackSource source : sources) {
            line.add(source);
        }
    }

    /** Takes all turns, each from the first place. */
    private List<String> takeAll() {
        List<String> taken = new ArrayList<>();
        while (line.first() != null) {
            taken.add(line.take(line.first()).owner());
        }
        assertEquals(0, line.turns());
        return taken;
    }

    @Test
    @DisplayName("given sources with several turns due then they take turns, in the order in which they came")
    void givenSourcesWithSeveralTurnsThenTheyTakeTurns() {
        add(one, one, one, two, three, three);
        assertEquals(6, line.turns());
        assertEquals(List.of("one", "two", "three", "one", "three", "one"), takeAll());
    }

    @Test
    @DisplayName("given a turn that is taken out of turn then its source stays where it is, until it has none left")
    void givenATurnThatIsTakenOutOfTurnThenItsSourceStays() {
        add(one, two, two, three);
        assertSame(two, line.takeInPlace(line.first().next()));
        assertSame(two, line.first().next().source());
        assertEquals(1, two.place().turns());
        line.takeInPlace(two.place());
        assertEquals(List.of("one", "three"), takeAll());
    }

    @Test
    @DisplayName("given sources of which one loses all its turns then the others keep theirs, and it may come again")
    void givenASourceThatLosesItsTurnsThenTheOthersKeepTheirs() {
        add(one, two, two, three);
        line.remove(two.place());
        assertEquals(2, line.turns());
        assertEquals(0, two.place().turns());
        add(two);
        assertEquals(List.of("one", "three", "two"), takeAll());
    }

    @Test
    @DisplayName(
            "given a source that has turns due in one line when another line announces it then each of them has its "
                    + "own turns")
    void givenASourceInTwoLinesThenEachHasItsOwnTurns() {
        SourceLine other = new SourceLine();
        add(one, one);
        other.add(one);
        other.add(one);
        assertNotSame(one.place(), other.first());
        other.take(other.first());
        assertEquals(1, other.turns());
        assertEquals(2, line.turns());
        assertEquals(List.of("one", "one"), takeAll());
        other.take(other.first());
        assertNull(other.first());
        other.add(one);
        assertSame(one.place(), other.first(), "it stands in no line any more");
    }
}
