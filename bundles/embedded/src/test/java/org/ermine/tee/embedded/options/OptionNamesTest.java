// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionNamesTest {

    private final List<String> problems = new ArrayList<>();
    private final OptionNames names = new OptionNames("org.example", Configuration.class, problems::add);

    @interface Configuration {

        int workers() default 4;

        int maxThreads() default 4;

        int graceMillis() default 1;

        int drainMillis() default 1;
    }

    @interface Prefixed {

        String PREFIX_ = "org.example.";

        int buffer_size() default 1;

        int high$_$water() default 1;
    }

    @ParameterizedTest
    @CsvSource({
        "grceTime, graceMillis",
        "graceMilis, graceMillis",
        "gracemillis, graceMillis",
        "worker, workers",
        "max-threads, maxThreads",
        "max.threads, maxThreads",
        "colour, workers"
    })
    void aNameThatIsNoneIsToldWithTheClosestOne(String key, String closest) {
        names.check(Set.of("workers", key));

        assertEquals(
                List.of("option " + key + " of org.example is unknown and has no effect; the closest one is "
                        + closest),
                problems);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.pid",
                "service.factoryPid",
                "service.bundleLocation",
                "component.name",
                "component.id",
                "felix.fileinstall.filename",
                "org.apache.karaf.features.configKey",
                "osgi.ds.satisfying.condition.target",
                "memory.target",
                ".private",
                "tee.device"
            })
    void keysOfTheFrameworkAndOfToolsAreNotTold(String key) {
        names.check(Set.of(key, "graceMillis"));

        assertEquals(List.of(), problems);
    }

    @Test
    void aNameIsToldOnceUntilItHasGone() {
        names.check(Set.of("worker"));
        names.check(Set.of("worker", "workers"));
        assertEquals(1, problems.size());

        names.check(Set.of("workers"));
        names.check(Set.of("worker"));
        assertEquals(2, problems.size());
    }

    @Test
    void namesAreThoseThatDeclarativeServicesMakeOfTheType() {
        OptionNames prefixed = new OptionNames("org.example", Prefixed.class, problems::add);

        prefixed.check(Set.of("org.example.buffer.size", "org.example.high-water", "org.example.bufer.size"));

        assertEquals(
                List.of("option org.example.bufer.size of org.example is unknown and has no effect; the closest one is"
                        + " org.example.buffer.size"),
                problems);
    }
}
