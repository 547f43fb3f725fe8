// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.util.Objects;

/**
 * An object, as messages name it.
 *
 * @param drawer empty for the bundle's own
 */
public record NamedObject(String drawer, String name) {

    public NamedObject {
        Objects.requireNonNull(drawer, "drawer");
        Objects.requireNonNull(name, "name");
    }

    /** In quotes, with its drawer unless that is the bundle's own. */
    @Override
    public String toString() {
        String quoted = ObjectNames.quote(name);
        return drawer.isEmpty() ? quoted : quoted + " in drawer " + ObjectNames.quote(drawer);
    }
}
