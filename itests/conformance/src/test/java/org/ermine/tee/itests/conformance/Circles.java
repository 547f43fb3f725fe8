// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The circles of a graph: its strongly connected components of two or more, found as Tarjan does. */
final class Circles {

    private final Map<String, Set<String>> arrows;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> found = new ArrayList<>();

    private Circles(Map<String, Set<String>> arrows) {
        this.arrows = arrows;
    }

    /**
     * The circles, the largest first.
     *
     * @param arrows from each place to others; those to unknown places lead nowhere
     */
    static List<Set<String>> of(Map<String, Set<String>> arrows) {
        Circles circles = new Circles(arrows);
        for (String place : new TreeSet<>(arrows.keySet())) {
            if (!circles.numbers.containsKey(place)) {
                circles.visit(place);
            }
        }
        circles.found.sort((one, other) -> other.size() - one.size());
        return circles.found;
    }

    private void visit(String place) {
        int number = numbers.size();
        numbers.put(place, number);
        lowest.put(place, number);
        open.push(place);
        for (String next : arrows.getOrDefault(place, Set.of())) {
            if (!numbers.containsKey(next)) {
                visit(next);
                lowest.merge(place, lowest.get(next), Math::min);
            } else if (open.contains(next)) {
                lowest.merge(place, numbers.get(next), Math::min);
            }
        }
        if (lowest.get(place) == number) {
            close(place);
        }
    }

    private void close(String first) {
        Set<String> component = new TreeSet<>();
        String member;
        do {
            member = open.pop();
            component.add(member);
        } while (!member.equals(first));
        if (component.size() > 1) {
            found.add(component);
        }
    }
}
