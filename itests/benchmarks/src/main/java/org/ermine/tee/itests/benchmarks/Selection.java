// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which benchmarks are run.
 *
 * @param byGroup by the name of their group: names of benchmarks, with values of parameters or, for all values, without
 */
record Selection(Map<String, List<String>> byGroup) {

    /** Those named by ids, such as {@code DirectInvocation.arrays(size=64)}. */
    static Selection of(List<String> ids) {
        Map<String, List<String>> byGroup = new TreeMap<>();
        for (String id : ids) {
            int dot = id.indexOf('.');
            byGroup.computeIfAbsent(id.substring(0, dot), group -> new ArrayList<>())
                    .add(id.substring(dot + 1));
        }
        return new Selection(byGroup);
    }

    /** Those of {@code groups} in whose {@code Group.name} the pattern is found. */
    static Selection matching(Pattern pattern, List<Class<?>> groups) {
        List<String> ids = new ArrayList<>();
        for (Class<?> group : groups) {
            for (String name : Fork.benchmarks(group)) {
                String id = group.getSimpleName() + "." + name;
                if (pattern.matcher(id).find()) {
                    ids.add(id);
                }
            }
        }
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("no benchmark matches " + pattern);
        }
        return of(ids);
    }
}
