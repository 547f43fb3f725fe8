// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The ranges of a component's numbers, as Metatype describes them: they are declared there and nowhere else. The
 * description is a file of the bundle. It is read when it is needed first, which is not at a start with nothing but
 * defaults. Thread-safe.
 *
 * <p>The build writes that file, with each value in double quotes and none of these within. An XML parser would have to
 * be imported, and any bundle that exports one could take the place of the JDK's.
 */
final class OptionRanges {

    private static final Pattern OPTION = Pattern.compile("<AD((?:\\s+\\w+=\"[^\"]*\")+)\\s*/?>");
    private static final Pattern VALUE = Pattern.compile("\\s(\\w+)=\"([^\"]*)\"");

    private final Class<? extends Annotation> type;
    /** Null until it is needed. Guarded by this. */
    private Map<String, OptionRange> ranges;

    /** @param type a component property type with {@code @ObjectClassDefinition} */
    OptionRanges(Class<? extends Annotation> type) {
        this.type = type;
    }

    /** @throws IllegalStateException if Metatype describes no range for that option */
    OptionRange of(String option) {
        OptionRange range = all().get(option);
        if (range == null) {
            throw new IllegalStateException("Metatype describes no range for option " + option + " of " + type);
        }
        return range;
    }

    /** By the options' names. */
    synchronized Map<String, OptionRange> all() {
        if (ranges == null) {
            ranges = Map.copyOf(read());
        }
        return ranges;
    }

    private Map<String, OptionRange> read() {
        String file = "/OSGI-INF/metatype/" + type.getName() + ".xml";
        try (InputStream description = type.getResourceAsStream(file)) {
            if (description == null) {
                throw new IllegalStateException("there is no " + file + " that describes " + type);
            }
            return read(new String(description.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    private static Map<String, OptionRange> read(String description) {
        Map<String, OptionRange> ranges = new TreeMap<>();
        OPTION.matcher(description).results().map(OptionRanges::values).forEach(values -> {
            if (values.containsKey("min") && values.containsKey("max")) {
                long least = Long.parseLong(values.get("min"));
                ranges.put(values.get("id"), new OptionRange(least, Long.parseLong(values.get("max"))));
            }
        });
        return ranges;
    }

    private static Map<String, String> values(MatchResult option) {
        return VALUE.matcher(option.group(1))
                .results()
                .collect(Collectors.toMap(value -> value.group(1), value -> value.group(2)));
    }
}
