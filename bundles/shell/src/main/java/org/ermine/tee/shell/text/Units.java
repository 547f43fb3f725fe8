// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import java.util.Locale;

/** Quantities in the form in which people read them. */
public final class Units {

    private static final String[] BINARY = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String[] SHORT_TIMES = {"us", "ms", "s"};
    private static final long KIB = 1024;

    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Units() {}

    /** Bytes, for example {@code 512 B} or {@code 64.0 MiB}. */
    public static String size(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        double value = bytes / (double) KIB;
        int unit = 0;
        while (value >= 1023.95 && unit < BINARY.length - 1) {
            value /= KIB;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, BINARY[unit]);
    }

    /** A time span in its two largest units, for example {@code 350 ms}, {@code 12 s} or {@code 3 h 5 min}. */
    public static String span(long millis) {
        if (millis < SECOND) {
            return Math.max(millis, 0) + " ms";
        } else if (millis < MINUTE) {
            return millis / SECOND + " s";
        } else if (millis < HOUR) {
            return pair(millis / MINUTE, "min", millis % MINUTE / SECOND, "s");
        } else if (millis < DAY) {
            return pair(millis / HOUR, "h", millis % HOUR / MINUTE, "min");
        }
        return pair(millis / DAY, "d", millis % DAY / HOUR, "h");
    }

    /** A short time in three digits, for example {@code 850 ns}, {@code 12.3 us} or {@code 4.56 s}. */
    public static String time(long nanos) {
        if (nanos < 1000) {
            return Math.max(nanos, 0) + " ns";
        }
        double value = nanos / 1000.0;
        int unit = 0;
        while (value >= 999.5 && unit < SHORT_TIMES.length - 1) {
            value /= 1000;
            unit++;
        }
        int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", value, SHORT_TIMES[unit]);
    }

    /** A part of a whole, for example {@code 12.5 %}. */
    public static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / Math.max(whole, 1));
    }

    /** Bytes per second, for example {@code 210.4 MiB/s}. */
    public static String rate(long bytes, long nanos) {
        double mebibytes = bytes / (double) (1 << 20);
        return String.format(Locale.ROOT, "%.1f MiB/s", mebibytes / (Math.max(nanos, 1) / 1e9));
    }

    private static String pair(long major, String majorUnit, long minor, String minorUnit) {
        return minor == 0 ? major + " " + majorUnit : major + " " + majorUnit + " " + minor + " " + minorUnit;
    }
}
