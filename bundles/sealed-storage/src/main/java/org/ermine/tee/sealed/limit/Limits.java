// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.limit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.ermine.tee.embedded.options.OptionReader;

/**
 * What sealed storage bounds.
 *
 * @param maxOpenPerOwner how many objects one bundle may be sealing and unsealing
 * @param maxWait how long an operation waits until one of its bundle's objects is closed
 * @param idle how long a connection is kept that nobody uses
 * @param administrators the bundles that may do what concerns all that is sealed
 */
public record Limits(int maxOpenPerOwner, Duration maxWait, Duration idle, Set<String> administrators) {

    /** As many as the TA has open for one of its clients. */
    private static final int MOST_OPEN = 16;

    public static Limits read(OptionReader<SealedStorageConfiguration> options) {
        return new Limits(
                options.integer("maxOpenPerOwner", SealedStorageConfiguration::maxOpenPerOwner, 1, MOST_OPEN),
                Duration.ofMillis(options.number(
                        "maxWaitMillis",
                        SealedStorageConfiguration::maxWaitMillis,
                        0,
                        Duration.ofHours(1).toMillis())),
                Duration.ofMillis(options.number(
                        "idleMillis",
                        SealedStorageConfiguration::idleMillis,
                        0,
                        Duration.ofDays(1).toMillis())),
                options.value("administrators", SealedStorageConfiguration::administrators, Limits::names));
    }

    private static Set<String> names(String[] bundles) {
        return Arrays.stream(bundles)
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
