// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A sealed object.
 *
 * @param name its name
 * @param size bytes of its content
 * @param created when it was sealed
 * @param metadata what who sealed it said of it, authenticated as the content is; empty if nothing
 */
public record SealedEntry(String name, long size, Instant created, Map<String, String> metadata) {

    public SealedEntry {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(created, "created");
        metadata = Map.copyOf(Objects.requireNonNull(metadata, "metadata"));
    }

    /** An object of which nothing is said. */
    public SealedEntry(String name, long size, Instant created) {
        this(name, size, created, Map.of());
    }
}
