// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** The end of the framework, and of the JVM with it. */
final class FrameworkEnd {

    /** System property that the launcher reads in the end. */
    private static final String EXIT_CODE = "ermine.exit.code";

    private final Bundle framework;

    FrameworkEnd(BundleContext bundleContext) {
        framework = bundleContext.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
    }

    /** Returns while it stops. */
    void begin(int exitCode) {
        System.setProperty(EXIT_CODE, Integer.toString(exitCode));
        try {
            framework.stop();
        } catch (BundleException e) {
            System.err.println("ermine: the framework does not stop: " + e.getMessage());
        }
    }
}
