// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;

/** The bundle that a context belongs to. Core takes it from the framework, never from what a client says. */
public record Owner(long bundleId, String symbolicName, String version) {

    public static Owner of(Bundle bundle) {
        String symbolicName = bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
        return new Owner(bundle.getBundleId(), symbolicName, bundle.getVersion().toString());
    }

    /** Symbolic name and version. */
    public String name() {
        return symbolicName + " " + version;
    }

    /** For example {@code com.example.client 1.0.0 [17]}. */
    @Override
    public String toString() {
        return OwnerName.of(symbolicName, version, bundleId);
    }
}
