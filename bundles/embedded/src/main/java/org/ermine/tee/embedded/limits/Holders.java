// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.limits;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who has the places of something that is full, for the text of a refusal. */
public final class Holders {

    /** So many holders are named. */
    private static final int NAMED = 8;

    private Holders() {}

    /**
     * Names those who have most, and counts the others, however many there are.
     *
     * @param holders for each place that is taken, whose it is
     * @return for example {@code "40 of com.example 1.0.0, 3 of org.example 2.0.0, 21 of others"}; empty without
     *     holders
     */
    public static String counted(Collection<String> holders) {
        List<Map.Entry<String, Long>> named = holders.stream()
                .collect(Collectors.groupingBy(holder -> holder, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(NAMED)
                .toList();
        String text = named.stream()
                .map(each -> each.getValue() + " of " + each.getKey())
                .collect(Collectors.joining(", "));
        long others =
                holders.size() - named.stream().mapToLong(Map.Entry::getValue).sum();
        return others == 0 ? text : text + ", " + others + " of others";
    }
}
