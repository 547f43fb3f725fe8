// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.ermine.tee.RequireTee;
import org.osgi.annotation.bundle.Requirement;

/**
 * Lets a resolver add an emulated QTEE to the set it assembles. {@link QteeService} and {@link QteeApplication} carry
 * it. It is for assembling only: the framework wires nothing by it.
 */
@Requirement(namespace = RequireTee.NAMESPACE, name = RequireEmulator.EMULATOR, version = "1.0", effective = "active")
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PACKAGE, ElementType.TYPE})
public @interface RequireEmulator {

    /** The capability of the bundle that runs trusted services and applications. */
    String EMULATOR = "emulator";
}
