// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The options of a component under test.
 *
 * @param <C> the component property type
 * @param <S> what the component makes of its options
 */
public final class TestedOptions<C extends Annotation, S> {

    /** What was refused so far, in words. */
    public final List<String> refusals = new ArrayList<>();

    private final String pid;
    private final Class<C> type;
    private final Function<OptionReader<C>, S> reading;

    public TestedOptions(String pid, Class<C> type, Function<OptionReader<C>, S> reading) {
        this.pid = pid;
        this.type = type;
        this.reading = reading;
    }

    /** What Declarative Services make of a configuration with one option in it. */
    public C with(String option, Object value) {
        return with(Map.of(option, value));
    }

    public C with(Map<String, ?> configured) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, asked, none) -> value(asked, configured)));
    }

    private static Object value(Method asked, Map<String, ?> configured) {
        Object value = configured.get(asked.getName());
        if (value == null) {
            return asked.getDefaultValue();
        }
        return asked.getReturnType() == int.class ? Integer.valueOf(((Number) value).intValue()) : value;
    }

    /** The options at the start of the component. */
    public Options<C, S> start(C configured) {
        return new Options<>(pid, type, configured, Map.of(), reading, refusals::add);
    }

    /** The options as they are without a configuration. */
    public S defaults() {
        return start(with(Map.of())).inForce();
    }

    /**
     * Each number is good from the least to the most that Metatype describes; any other leaves what is in force, and is
     * told by name and range.
     *
     * @param except those that others of the options bound further
     */
    public void assertRanges(String... except) {
        Map<String, OptionRange> ranges = new TreeMap<>(new OptionRanges(type).all());
        assertFalse(ranges.isEmpty(), () -> type + " has no numbers");
        ranges.keySet().removeAll(Set.of(except));
        ranges.forEach(this::assertRange);
    }

    private void assertRange(String option, OptionRange range) {
        refusals.clear();
        Options<C, S> options = start(with(option, range.least()));
        options.change(with(option, range.most()), Map.of());
        assertEquals(List.of(), refusals);
        S before = options.inForce();

        assertFalse(options.change(with(option, range.least() - 1), Map.of()));
        assertFalse(options.change(with(option, range.most() + 1), Map.of()));

        assertEquals(before, options.inForce());
        String told = ", not " + range + "; what was in force before stays in force";
        String name = "option " + option + " of " + pid + " is ";
        assertEquals(List.of(name + (range.least() - 1) + told, name + (range.most() + 1) + told), refusals);
    }
}
