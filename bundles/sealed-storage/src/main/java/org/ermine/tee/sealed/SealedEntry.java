// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.time.Instant;
import java.util.Objects;

/**
 * A sealed object.
 *
 * @param name its name
 * @param size bytes of its content
 * @param created when it was sealed
 */
public record SealedEntry(String name, long size, Instant created) {

    public SealedEntry {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(created, "created");
    }
}
