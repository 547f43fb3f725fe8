// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.time.Instant;
import java.util.Objects;

/**
 * An object that is authentic, but need not be the latest: a newer one may have replaced it, or it may have been
 * removed.
 *
 * @param drawer the name of the set of names that it is in
 * @param name its name
 * @param size bytes of its content
 * @param created when it was sealed
 */
public record SalvagedEntry(String drawer, String name, long size, Instant created) {

    public SalvagedEntry {
        Objects.requireNonNull(drawer, "drawer");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(created, "created");
    }
}
