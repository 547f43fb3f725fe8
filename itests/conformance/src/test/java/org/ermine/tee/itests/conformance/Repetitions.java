// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines of code that stand more than once: those in blocks of {@value #BLOCK} lines that are the same, letter by
 * letter, in two places.
 */
final class Repetitions {

    private static final int BLOCK = 8;

    private final Map<List<String>, Place> first = new HashMap<>();
    private int lines;

    private record Place(List<String> code, int from, BitSet repeated) {

        /**
         * Marks the block.
         *
         * @return how many of its lines were not marked before
         */
        int mark() {
            int before = repeated.cardinality();
            repeated.set(from, from + BLOCK);
            return repeated.cardinality() - before;
        }
    }

    /** @param code the lines of a source, without space around them and without what is no code */
    void add(List<String> code) {
        BitSet repeated = new BitSet();
        for (int from = 0; from + BLOCK <= code.size(); from++) {
            Place place = new Place(code, from, repeated);
            Place same = first.putIfAbsent(code.subList(from, from + BLOCK), place);
            if (same != null) {
                lines += same.mark() + place.mark();
            }
        }
    }

    int lines() {
        return lines;
    }
}
