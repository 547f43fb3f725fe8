// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.ermine.tee.RequireTee;
import org.osgi.annotation.bundle.Requirement;

/** Lets a resolver add the supplicant to the set it assembles. {@link TeeListener} and {@link TeeCallback} carry it. */
@Requirement(
        namespace = RequireTee.NAMESPACE,
        name = RequireSupplicant.SUPPLICANT,
        version = "1.0",
        effective = "active")
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PACKAGE, ElementType.TYPE})
public @interface RequireSupplicant {

    /** The capability of the bundle that calls handlers. */
    String SUPPLICANT = "supplicant";
}
