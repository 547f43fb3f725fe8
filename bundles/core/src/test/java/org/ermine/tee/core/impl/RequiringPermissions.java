// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.Map;
import org.ermine.tee.core.options.CoreOptions;
import org.osgi.framework.BundleContext;

/** Options of core that differ in whether permissions are required, for tests of those who ask that. */
public final class RequiringPermissions {

    private RequiringPermissions() {}

    public static CoreOptions options(BundleContext bundle, String required) {
        return new CoreOptions(bundle, TestOptions.requiringPermissions(required));
    }

    public static void change(CoreOptions options, String required) {
        options.modified(TestOptions.requiringPermissions(required), Map.of());
    }
}
