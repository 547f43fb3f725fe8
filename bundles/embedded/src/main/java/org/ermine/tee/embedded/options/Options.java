// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The options of a component that are in force. A mistake of the operator is told by the option's name and range, and
 * nothing else comes of it: at the start a wrong option has its default; a change with a wrong option in it is refused
 * as a whole, and what was in force before stays in force.
 *
 * <p>Thread-safe.
 *
 * @param <C> the component property type, with a default for each option
 * @param <S> what the component makes of its options: immutable, and equal if it makes no difference
 */
public final class Options<C extends Annotation, S> {

    private final String pid;
    private final Class<C> type;
    private final OptionRanges ranges;
    private final Function<OptionReader<C>, S> reading;
    private final Consumer<String> refusals;
    private final OptionNames names;
    private final NarrowedNumbers narrowed;
    private volatile S inForce;

    /**
     * Reads the options at the start of a component.
     *
     * @param pid the configuration's PID
     * @param type the component property type
     * @param configured the options as the component got them
     * @param properties of the component, as in {@link #change}
     * @param reading reads all options
     * @param refusals told of each option that is refused, for the log
     * @throws IllegalArgumentException if an option is wrong for which no default may stand in
     */
    public Options(
            String pid,
            Class<C> type,
            C configured,
            Map<String, ?> properties,
            Function<OptionReader<C>, S> reading,
            Consumer<String> refusals) {
        this(pid, type, configured, properties, reading, refusals, new OptionNames(pid, type, refusals));
    }

    /** @param names remembers of which names was told */
    Options(
            String pid,
            Class<C> type,
            C configured,
            Map<String, ?> properties,
            Function<OptionReader<C>, S> reading,
            Consumer<String> refusals,
            OptionNames names) {
        this.pid = pid;
        this.type = type;
        this.reading = reading;
        this.refusals = refusals;
        this.names = names;
        ranges = new OptionRanges(type);
        narrowed = new NarrowedNumbers(type);
        OptionReader<C> reader = reader(configured, properties, true);
        inForce = reading.apply(reader);
        reader.problems().forEach(refusals);
    }

    /** What is in force: the same object until a change makes a difference. */
    public S inForce() {
        return inForce;
    }

    /**
     * Takes changed options over, if all of them are right. Tells of what the configuration sets and no option reads,
     * with the closest name that there is, once for as long as it is there.
     *
     * @param properties of the component, which are the configuration as it was before Declarative Services made
     *     options of it; keys with a dot may be the framework's and are told of only if an option is meant
     * @return whether that makes a difference
     */
    public synchronized boolean change(C configured, Map<String, ?> properties) {
        OptionReader<C> reader = reader(configured, properties, false);
        S changed = reading.apply(reader);
        List<String> problems = reader.problems();
        if (!problems.isEmpty()) {
            refusals.accept(String.join("; ", problems) + "; what was in force before stays in force");
            return false;
        }
        boolean differs = !changed.equals(inForce);
        if (differs) {
            inForce = changed;
        }
        return differs;
    }

    private OptionReader<C> reader(C configured, Map<String, ?> properties, boolean starting) {
        names.check(properties.keySet());
        return new OptionReader<>(
                pid, configured, new DefaultOptions<>(type), ranges, narrowed.in(properties), starting);
    }
}
