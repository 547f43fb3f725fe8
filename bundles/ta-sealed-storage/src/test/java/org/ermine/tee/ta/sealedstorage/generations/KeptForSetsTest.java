// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.generations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.Failures;
import org.ermine.tee.ta.sealedstorage.tree.Index;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept for sets of objects is bounded, as each index that is written names it. */
class KeptForSetsTest {

    private final List<String> told = new ArrayList<>();
    private final Generations generations = new Generations(new RepeatLog(told::add));

    private static List<Long> numbers(int count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @Test
    @DisplayName(
            "given a set when as many generations are discarded as may be kept then it has them, and one more ends it")
    void givenMoreThanAreKeptThenTheSetIsGivenUp() throws TeeException {
        Generations.Use set = generations.startReadingAll(10_000, Optional.empty());
        Generations.Use reader = generations.startReading(5, Optional.empty(), set);
        generations.discard(numbers(Generations.MOST_KEPT));
        generations.requireKept(set);
        assertEquals(Set.of(), generations.removable());

        generations.discard(List.of(9_000L));
        int expected = SealedStorageProtocol.ERROR_SET_GIVEN_UP;
        assertEquals(expected, Failures.codeOf(() -> generations.requireKept(set)));
        assertEquals(expected, Failures.codeOf(() -> generations.startReading(6, Optional.empty(), set)));
        Set<Long> left = new TreeSet<>(numbers(Generations.MOST_KEPT));
        left.add(9_000L);
        left.remove(5L);
        assertEquals(left, generations.removable(), "all but what is still being read");
        generations.endReading(reader);
        left.add(5L);
        assertEquals(left, generations.removable());
    }

    @Test
    @DisplayName("given a set when later generations are discarded then it stays, however many they are")
    void givenLaterGenerationsThenTheSetStays() throws TeeException {
        Generations.Use set = generations.startReadingAll(0, Optional.empty());
        Generations.Use later = generations.startReadingAll(100, Optional.empty());
        generations.discard(
                LongStream.range(100, 100 + 2 * Generations.MOST_KEPT).boxed().toList());
        generations.requireKept(later);
        assertEquals(2 * Generations.MOST_KEPT, generations.removable().size());
        generations.endReading(set);
        assertEquals(SealedStorageProtocol.ERROR_SET_GIVEN_UP, Failures.codeOf(() -> generations.requireKept(set)));
    }

    @Test
    @DisplayName("given files that cannot be removed when a set is given up for them then nothing untrue is told")
    void givenFilesThatStayThenNobodyIsSaidToHaveReplacedThemMeanwhile() throws TeeException {
        generations.discard(numbers(Generations.MOST_KEPT + 1));
        assertEquals(List.of(), told, "nobody reads a set");
        Generations.Use set = generations.startReadingAll(10_000, Optional.empty());
        generations.discard(List.of(0L));

        TeeException refused = assertThrows(TeeException.class, () -> generations.requireKept(set));
        assertEquals(1, told.size());
        for (String each : List.of(told.get(0), refused.getMessage())) {
            assertTrue(each.contains("files of more than " + Generations.MOST_KEPT), each);
            assertFalse(each.contains("since") || each.contains("meanwhile"), each);
        }
    }

    @Test
    @DisplayName("given as many as may be kept then an index has room for them and for all else that it names")
    void givenAsManyAsMayBeKeptThenAnIndexNamesThem() {
        int others = SpareGenerations.MOST + 2 * Generations.MAX_OPEN;
        assertEquals(true, Generations.MOST_KEPT + others <= Index.MOST_LEFTOVERS);
    }
}
