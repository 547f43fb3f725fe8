// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ermine.tee.embedded.options.OptionReader;

/**
 * What counts as healthy.
 *
 * @param developmentAllowed whether a TEE that protects nothing is no reason for a warning
 * @param openPermissionsAllowed whether permissions that every bundle has are no reason for a warning
 * @param requiredHandlers names as {@code HandlerDTO} has them
 * @param maxRequestMillis the oldest that a request may be
 * @param maxMemoryPercent how much of the limit of shared memory may be in use
 * @param maxReleaseMillis how long objects may wait to be released without becoming fewer
 */
record HealthLimits(
        boolean developmentAllowed,
        boolean openPermissionsAllowed,
        List<String> requiredHandlers,
        long maxRequestMillis,
        int maxMemoryPercent,
        long maxReleaseMillis) {

    private static final String HEXADECIMAL = "0x";

    static HealthLimits read(OptionReader<HealthOptions> options) {
        return new HealthLimits(
                options.flag(HealthOptions::developmentAllowed),
                options.flag(HealthOptions::openPermissionsAllowed),
                options.value(HealthOptions::requiredHandlers, HealthLimits::names),
                options.number(HealthOptions::maxRequestMillis),
                options.integer(HealthOptions::maxMemoryPercent),
                options.number(HealthOptions::maxReleaseMillis));
    }

    /** Splits names: in a configuration file several names are one text. */
    private static List<String> names(String[] texts) {
        return Arrays.stream(texts)
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(HealthLimits::name)
                .toList();
    }

    private static String name(String text) {
        if (!text.toLowerCase(Locale.ROOT).startsWith(HEXADECIMAL)) {
            return text;
        }
        try {
            return HEXADECIMAL
                    + Integer.toHexString(Integer.parseUnsignedInt(text.substring(HEXADECIMAL.length()), 16));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " is no listener id in hexadecimal", e);
        }
    }
}
