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
    private final C first;
    private volatile S inForce;
    /** Whether the properties of the start were looked at. Guarded by this. */
    private boolean checked;

    /**
     * Reads the options at the start of a component.
     *
     * @param pid the configuration's PID
     * @param type the component property type
     * @param configured the options as the component got them
     * @param reading reads all options
     * @param refusals told of each option that is refused, for the log
     * @throws IllegalArgumentException if an option is wrong for which no default may stand in
     */
    public Options(
            String pid, Class<C> type, C configured, Function<OptionReader<C>, S> reading, Consumer<String> refusals) {
        this(pid, type, configured, reading, refusals, new NarrowedNumbers(type));
    }

    /** @param narrowed what of {@code configured} is known to be narrowed */
    Options(
            String pid,
            Class<C> type,
            C configured,
            Function<OptionReader<C>, S> reading,
            Consumer<String> refusals,
            NarrowedNumbers narrowed) {
        this.pid = pid;
        this.narrowed = narrowed;
        first = configured;
        this.reading = reading;
        this.refusals = refusals;
        names = new OptionNames(pid, type, refusals);
        this.type = type;
        ranges = new OptionRanges(type);
        inForce = readAtTheStart();
    }

    private S readAtTheStart() {
        OptionReader<C> reader = reader(first, true);
        S read = reading.apply(reader);
        reader.problems().forEach(refusals);
        return read;
    }

    /** What is in force. */
    public S inForce() {
        return inForce;
    }

    /**
     * Takes changed options over, if all of them are right.
     *
     * @return whether that makes a difference
     */
    public synchronized boolean change(C configured) {
        OptionReader<C> reader = reader(configured, false);
        S changed = reading.apply(reader);
        List<String> problems = reader.problems();
        if (!problems.isEmpty()) {
            refusals.accept(String.join("; ", problems) + "; what was in force before stays in force");
            return false;
        }
        boolean differs = !changed.equals(inForce);
        inForce = changed;
        return differs;
    }

    /**
     * Looks at the configuration as it is, before Declarative Services made options of it: at the start, and before
     * each {@link #change}. Tells of what it sets and no option reads, with the closest name that there is, once for as
     * long as it is there. A number that its option cannot hold counts as a wrong option, which at the start has its
     * default from now on.
     *
     * @param properties of the component; keys with a dot may be the framework's and are told of only if an option is
     *     meant
     */
    public void checkNames(Map<String, ?> properties) {
        names.check(properties.keySet());
        narrowed.look(properties);
        synchronized (this) {
            if (!checked && !narrowed.isEmpty()) {
                inForce = readAtTheStart();
            }
            checked = true;
        }
    }

    private OptionReader<C> reader(C configured, boolean starting) {
        return new OptionReader<>(pid, configured, new DefaultOptions<>(type), ranges, narrowed, starting);
    }
}
