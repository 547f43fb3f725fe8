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
public record SealedStorageLimits(int maxOpenPerOwner, Duration maxWait, Duration idle, Set<String> administrators) {

    public static SealedStorageLimits read(OptionReader<SealedStorageConfiguration> options) {
        return new SealedStorageLimits(
                options.integer(SealedStorageConfiguration::maxOpenPerOwner),
                Duration.ofMillis(options.number(SealedStorageConfiguration::maxWaitMillis)),
                Duration.ofMillis(options.number(SealedStorageConfiguration::idleMillis)),
                options.value(SealedStorageConfiguration::administrators, SealedStorageLimits::names));
    }

    private static Set<String> names(String[] bundles) {
        return Arrays.stream(bundles)
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
