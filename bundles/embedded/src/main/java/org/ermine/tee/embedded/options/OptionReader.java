// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Reads options one by one, each by its method, which has its name and its default; the range of a number is the one
 * that Metatype describes. What is wrong is kept as a problem, and the default is read in its place, so that all that
 * is wrong is told at once. For one thread.
 *
 * @param <C> the component property type
 */
public final class OptionReader<C extends Annotation> {

    private final String pid;
    private final C configured;
    private final DefaultOptions<C> defaults;
    private final OptionRanges ranges;
    private final Map<String, Object> narrowed;
    private final boolean starting;
    private final List<String> problems = new ArrayList<>();

    /**
     * @param narrowed numbers that {@code configured} does not hold as they were configured
     * @param starting whether there is nothing in force yet that could stay
     */
    OptionReader(
            String pid,
            C configured,
            DefaultOptions<C> defaults,
            OptionRanges ranges,
            Map<String, Object> narrowed,
            boolean starting) {
        this.pid = pid;
        this.configured = configured;
        this.defaults = defaults;
        this.ranges = ranges;
        this.narrowed = narrowed;
        this.starting = starting;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** A number in its range. */
    public int integer(ToIntFunction<C> option) {
        return (int) number(option::applyAsInt);
    }

    /** A number in its range. */
    public long number(ToLongFunction<C> option) {
        long usual = option.applyAsLong(defaults.options());
        String name = defaults.asked();
        if (narrowed.get(name) != null) {
            refuse(name, "is " + narrowed.get(name) + ", not a whole number from " + ranges.of(name));
            return usual;
        }
        long number;
        try {
            number = option.applyAsLong(configured);
        } catch (RuntimeException e) {
            // Thrown where what is configured cannot be made a number; it is the message that tells what it was.
            refuse(name, "is no number from " + ranges.of(name) + ": " + e.getMessage());
            return usual;
        }
        if (number == usual || ranges.of(name).contains(number)) {
            return number;
        }
        refuse(name, "is " + number + ", not " + ranges.of(name));
        return usual;
    }

    /**
     * A text that is {@code true} or {@code false}. An option of type boolean takes every other text for false: let the
     * type be String, and Metatype describe it as a boolean.
     */
    public boolean flag(Function<C, String> option) {
        return value(option, OptionReader::flag);
    }

    /**
     * The same where the default is no answer to a mistake.
     *
     * @param ifWrong what is in force at the start if the option is wrong
     */
    public boolean flag(Function<C, String> option, boolean ifWrong) {
        String name = name(option);
        try {
            return flag(configured(option));
        } catch (IllegalArgumentException e) {
            problems.add(described(
                    name, "is refused: " + e.getMessage() + (starting ? "; " + ifWrong + " is in force" : "")));
            return ifWrong;
        }
    }

    private static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    /**
     * An option with a meaning of its own.
     *
     * @param parse makes something of it; throws an IllegalArgumentException whose message tells what is wrong
     */
    public <V, T> T value(Function<C, V> option, Function<V, T> parse) {
        V usual = option.apply(defaults.options());
        String name = defaults.asked();
        try {
            return parse.apply(configured(option));
        } catch (IllegalArgumentException e) {
            refuse(name, "is refused: " + e.getMessage());
            return parse.apply(usual);
        }
    }

    /**
     * The same where no default may stand in for what is wrong.
     *
     * @param ifWrong what is read in its place when options change, to no effect
     * @throws IllegalArgumentException at the start of the component, if the option is wrong
     */
    public <V, T> T required(Function<C, V> option, Function<V, T> parse, T ifWrong) {
        try {
            return parse.apply(configured(option));
        } catch (IllegalArgumentException e) {
            reject(name(option), "is refused: " + e.getMessage());
            return ifWrong;
        }
    }

    /** Declarative Services make null of an array without a text. */
    private <V> V configured(Function<C, V> option) {
        V value = option.apply(configured);
        if (value == null) {
            throw new IllegalArgumentException("it has no value");
        }
        return value;
    }

    private String name(Function<C, ?> option) {
        option.apply(defaults.options());
        return defaults.asked();
    }

    /**
     * A directory that is there or can be made, absolute; null if the option is blank. No default stands in for one
     * that cannot be used: what is kept there would be looked for, and written, in another place.
     *
     * @throws IllegalArgumentException at the start of the component, if the directory cannot be used
     */
    public Path directory(Function<C, String> option) {
        String text = option.apply(configured);
        if (text == null) {
            reject(name(option), "has no value");
            return null;
        } else if (text.isBlank()) {
            return null;
        }
        String problem;
        try {
            Path directory = Path.of(text).toAbsolutePath();
            Path obstacle = obstacle(directory);
            if (obstacle == null) {
                return directory;
            }
            problem = "is " + text + ", which is no directory and cannot be made one: " + obstacle
                    + " is no directory that can be written";
        } catch (InvalidPathException e) {
            problem = "is no name of a directory: " + e.getMessage();
        }
        reject(name(option), problem);
        return null;
    }

    /**
     * Tells that an option is wrong for which no default may stand in.
     *
     * @throws IllegalArgumentException at the start of the component
     */
    public void reject(String option, String problem) {
        if (starting) {
            throw new IllegalArgumentException(described(option, problem));
        }
        refuse(option, problem);
    }

    /** Tells that an option is wrong, for example together with another one, and that its default stands in. */
    public void refuse(String option, String problem) {
        problems.add(described(option, problem + (starting ? "; its default is in force" : "")));
    }

    private String described(String option, String problem) {
        return "option " + option + " of " + pid + " " + problem;
    }

    /** What is in the way of a directory; null if nothing is. One that is there may be for reading only. */
    private static Path obstacle(Path directory) {
        if (Files.isDirectory(directory)) {
            return null;
        }
        Path nearest = directory;
        while (nearest != null && !Files.exists(nearest)) {
            nearest = nearest.getParent();
        }
        return nearest != null && Files.isDirectory(nearest) && Files.isWritable(nearest) ? null : nearest;
    }
}
