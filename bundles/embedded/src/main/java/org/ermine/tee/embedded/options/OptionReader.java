// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Reads options one by one. What is wrong is kept as a problem, and the default is read in its place, so that all that
 * is wrong is told at once. For one thread.
 *
 * @param <C> the component property type
 */
public final class OptionReader<C> {

    private final String pid;
    private final C configured;
    private final C defaults;
    private final NarrowedNumbers narrowed;
    private final boolean starting;
    private final List<String> problems = new ArrayList<>();

    /**
     * @param narrowed numbers that {@code configured} does not hold as they were configured
     * @param starting whether there is nothing in force yet that could stay
     */
    OptionReader(String pid, C configured, C defaults, NarrowedNumbers narrowed, boolean starting) {
        this.pid = pid;
        this.configured = configured;
        this.defaults = defaults;
        this.narrowed = narrowed;
        this.starting = starting;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** A number from {@code least} to {@code most}. */
    public int integer(String option, ToIntFunction<C> value, int least, int most) {
        return (int) number(option, value::applyAsInt, least, most);
    }

    /** A number from {@code least} to {@code most}. */
    public long number(String option, ToLongFunction<C> value, long least, long most) {
        String range = least + " to " + most;
        if (narrowed.of(option) != null) {
            refuse(option, "is " + narrowed.of(option) + ", not a whole number from " + range);
            return value.applyAsLong(defaults);
        }
        try {
            long number = value.applyAsLong(configured);
            if (number >= least && number <= most) {
                return number;
            }
            refuse(option, "is " + number + ", not " + range);
        } catch (RuntimeException e) {
            // Thrown where what is configured cannot be made a number; it is the message that tells what it was.
            refuse(option, "is no number from " + range + ": " + e.getMessage());
        }
        return value.applyAsLong(defaults);
    }

    /**
     * A text with a meaning.
     *
     * @param parse makes something of the text; throws an IllegalArgumentException whose message tells what is wrong
     */
    public <T> T text(String option, Function<C, String> value, Function<String, T> parse) {
        return value(option, value, parse);
    }

    /**
     * A text that is {@code true} or {@code false}. An option of type boolean takes every other text for false: let the
     * type be String, and Metatype describe it as a boolean.
     */
    public boolean flag(String option, Function<C, String> value) {
        return text(option, value, OptionReader::flag);
    }

    /**
     * The same where the default is no answer to a mistake.
     *
     * @param ifWrong what is in force at the start if the option is wrong
     */
    public boolean flag(String option, Function<C, String> value, boolean ifWrong) {
        try {
            return flag(value.apply(configured));
        } catch (IllegalArgumentException e) {
            problems.add(described(
                    option, "is refused: " + e.getMessage() + (starting ? "; " + ifWrong + " is in force" : "")));
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
     * An option of another type.
     *
     * @param parse makes something of it; throws an IllegalArgumentException whose message tells what is wrong
     */
    public <V, T> T value(String option, Function<C, V> value, Function<V, T> parse) {
        try {
            return parse.apply(value.apply(configured));
        } catch (IllegalArgumentException e) {
            refuse(option, "is refused: " + e.getMessage());
            return parse.apply(value.apply(defaults));
        }
    }

    /**
     * A directory that is there or can be made, absolute; null if the option is blank. No default stands in for one
     * that cannot be used: what is kept there would be looked for, and written, in another place.
     *
     * @throws IllegalArgumentException at the start of the component, if the directory cannot be used
     */
    public Path directory(String option, Function<C, String> value) {
        String text = value.apply(configured);
        if (text.isBlank()) {
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
        reject(option, problem);
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
