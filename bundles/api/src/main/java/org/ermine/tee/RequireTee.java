// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * Put on a package or type of a bundle that uses a TEE: a resolver then adds the core to the set it assembles, so that
 * {@link TeeContext} and {@link TeeDevice} services can be there at run time. It is for assembling only: the framework
 * wires nothing by it, so that the core can be updated without restarting those that use it.
 */
@Requirement(namespace = RequireTee.NAMESPACE, name = RequireTee.CORE, version = "1.0", effective = "active")
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PACKAGE, ElementType.TYPE})
public @interface RequireTee {

    /** The namespace of the capabilities with which parts of Ermine find each other. */
    String NAMESPACE = "org.ermine.tee";

    /** The capability of the bundle that registers devices and contexts. */
    String CORE = "core";
}
