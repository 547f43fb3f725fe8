// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.lang.annotation.Annotation;
import java.util.Map;
import org.ermine.tee.core.options.CoreConfiguration;
import org.ermine.tee.core.options.CoreOptions;
import org.osgi.framework.BundleContext;

/** Options as a configuration would give them. */
public final class TestOptions {

    private TestOptions() {}

    /** @param millis how long a device that goes waits */
    public static CoreOptions waiting(int millis) {
        return new CoreOptions(false, configuration(millis), Map.of());
    }

    public static CoreConfiguration configuration(int millis) {
        return configuration(millis, "false");
    }

    /** @param required whether permissions are required, as configured */
    public static CoreOptions requiringPermissions(BundleContext bundle, String required) {
        return new CoreOptions(bundle, configuration(5000, required), Map.of());
    }

    /** Changes whether permissions are required. */
    public static void requirePermissions(CoreOptions options, String required) {
        options.modified(configuration(5000, required), Map.of());
    }

    private static CoreConfiguration configuration(int millis, String permissionsRequired) {
        return new CoreConfiguration() {
            @Override
            public int unregisterMillis() {
                return millis;
            }

            @Override
            public int contexts() {
                return 1000;
            }

            @Override
            public int ownerSharePercent() {
                return 100;
            }

            @Override
            public int leakLogSeconds() {
                return 10;
            }

            @Override
            public String requirePermissions() {
                return permissionsRequired;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return CoreConfiguration.class;
            }
        };
    }
}
