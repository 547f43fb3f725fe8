// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.lang.annotation.Annotation;

/** Options as a configuration would give them. */
final class TestOptions {

    private TestOptions() {}

    /** @param millis how long a device that goes waits */
    static CoreConfiguration waiting(int millis) {
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
            public Class<? extends Annotation> annotationType() {
                return CoreConfiguration.class;
            }
        };
    }
}
