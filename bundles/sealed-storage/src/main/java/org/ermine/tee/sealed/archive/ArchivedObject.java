// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.time.Instant;

/**
 * What an archive says of an object beside its content. Nobody changes the arrays.
 *
 * @param drawer the set of names that it is in
 * @param name its name there
 * @param size bytes of its content
 * @param created when it was sealed
 * @param description what its client says of it; may be empty
 * @param association what it is bound to, as a digest; may be empty
 */
public record ArchivedObject(
        String drawer, String name, long size, Instant created, byte[] description, byte[] association) {

    /** Whether it stands behind another one in an archive. */
    boolean follows(ArchivedObject other) {
        int byDrawer = drawer.compareTo(other.drawer);
        return byDrawer > 0 || byDrawer == 0 && name.compareTo(other.name) > 0;
    }
}
