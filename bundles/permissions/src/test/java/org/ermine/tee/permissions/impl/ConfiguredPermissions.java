// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.util.Collections;
import java.util.Map;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.fakes.FakeBundle;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

/** Permissions as a configuration would give them, and bundles to be checked. */
final class ConfiguredPermissions {

    private ConfiguredPermissions() {}

    /** Options by their names. Each is a String[]; those that are missing have their default. */
    static PermissionsConfiguration configuration(Map<String, String[]> options) {
        return Fake.answering(PermissionsConfiguration.class, options);
    }

    static PermissionsConfiguration configuration(String option, String... rules) {
        return configuration(Map.of(option, rules));
    }

    static Bundle bundle(String symbolicName) {
        return FakeBundle.of(17, symbolicName, "1.2.3");
    }

    /** A framework that requires permissions if it says so. */
    static BundleContext framework(String required) {
        return Fake.answering(BundleContext.class, Collections.singletonMap("getProperty", required));
    }

    /** A bundle at which the decision fails with an Error as soon as it is asked for more than who it is. */
    static Bundle hostile(String symbolicName) {
        return Fake.of(Bundle.class, (self, method, none) -> switch (method.getName()) {
            case "getBundleId" -> 18L;
            case "getSymbolicName" -> symbolicName;
            case "getVersion" -> new Version(1, 0, 0);
            default -> throw new StackOverflowError(method.getName());
        });
    }
}
