// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import org.osgi.framework.Bundle;

/** The text that names an owner and tells it from all others, the same in all parts of Ermine. */
public final class OwnerName {

    private OwnerName() {}

    /**
     * Returns for example {@code com.example.client 1.0.0 [17]}; a bundle without symbolic name is named by its
     * location.
     */
    public static String of(Bundle bundle) {
        String symbolicName = bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
        return of(symbolicName, bundle.getVersion().toString(), bundle.getBundleId());
    }

    /** Returns the same text for a bundle that may be gone. */
    public static String of(String symbolicName, String version, long bundleId) {
        return symbolicName + " " + version + " [" + bundleId + "]";
    }
}
