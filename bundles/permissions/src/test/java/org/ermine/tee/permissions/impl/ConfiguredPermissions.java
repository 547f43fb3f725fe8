// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

/** Permissions as a configuration would give them, and bundles to be checked. */
final class ConfiguredPermissions {

    private ConfiguredPermissions() {}

    /** Options by name, each a String[]; those that are missing have their default. */
    static PermissionsConfiguration configuration(Map<String, String[]> options) {
        return proxy(PermissionsConfiguration.class, new HashMap<>(options));
    }

    static PermissionsConfiguration configuration(String option, String... rules) {
        return configuration(Map.of(option, rules));
    }

    static Bundle bundle(String symbolicName) {
        return proxy(
                Bundle.class,
                Map.of("getBundleId", 17L, "getSymbolicName", symbolicName, "getVersion", new Version(1, 2, 3)));
    }

    /** A framework that requires permissions if it says so. */
    static BundleContext framework(String required) {
        return proxy(BundleContext.class, Map.of("getProperty", required));
    }

    /** A bundle at which the decision fails with an Error as soon as it is asked for more than who it is. */
    static Bundle hostile(String symbolicName) {
        return (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (self, method, none) -> switch (method.getName()) {
                    case "getBundleId" -> 18L;
                    case "getSymbolicName" -> symbolicName;
                    case "getVersion" -> new Version(1, 0, 0);
                    default -> throw new StackOverflowError(method.getName());
                });
    }

    private static <T> T proxy(Class<T> type, Map<String, ?> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, none) -> {
            Object answer = answers.get(method.getName());
            if (answer == null && method.getDefaultValue() == null) {
                throw new UnsupportedOperationException(method.toString());
            }
            return answer == null ? method.getDefaultValue() : answer;
        }));
    }
}
