// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.util.Objects;

/**
 * A drawer of sealed objects.
 *
 * @param name its name; that of a bundle is {@code bundle/} and the bundle's symbolic name
 * @param objects how many objects are in it
 * @param size bytes of their contents together, and of the metadata and bindings that are kept beside them
 */
public record SealedDrawer(String name, long objects, long size) {

    public SealedDrawer {
        Objects.requireNonNull(name, "name");
    }
}
