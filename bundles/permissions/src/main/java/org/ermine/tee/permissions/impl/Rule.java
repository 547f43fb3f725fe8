// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.util.List;

/**
 * Permits something to some bundles. Immutable.
 *
 * @param bundles their symbolic names
 * @param signer by whom they must be signed; null if they need not be
 * @param names what is permitted, as {@link org.ermine.tee.spi.policy.Permissions.Right} names it
 * @param text as it was written
 */
record Rule(Glob bundles, Signer signer, List<Glob> names, String text) {

    private static final Glob ANY = new Glob("*");

    boolean concerns(String symbolicName, String name) {
        return bundles.matches(symbolicName) && names.stream().anyMatch(each -> each.matches(name));
    }

    /** Whether it permits everything to every bundle. */
    boolean isOpen() {
        return bundles.equals(ANY) && signer == null && names.contains(ANY);
    }
}
