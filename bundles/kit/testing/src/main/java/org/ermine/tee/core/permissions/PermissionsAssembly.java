// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.Map;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.testing.impl.LocalBundle;

/** The component that judges what bundles may do, as its component description says. */
public final class PermissionsAssembly {

    private PermissionsAssembly() {}

    public static Permissions start(LocalBundle bundle) {
        Permissions permissions =
                new BundlePermissions(bundle.options(PermissionsConfiguration.class, PermissionsConfiguration.PID));
        bundle.register(Permissions.class, permissions, Map.of());
        return permissions;
    }
}
