// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.lang.annotation.Annotation;
import org.ermine.tee.core.options.CoreConfiguration;
import org.ermine.tee.core.options.CoreOptions;

/** Options as a configuration would give them. */
final class TestOptions {

    private TestOptions() {}

    /** @param millis how long a device that goes waits */
    static CoreOptions waiting(int millis) {
        return new CoreOptions(false, configuration(millis));
    }

    static CoreConfiguration configuration(int millis) {
        return configuration(millis, "false");
    }

    static CoreConfiguration requiringPermissions(String required) {
        return configuration(5000, required);
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
