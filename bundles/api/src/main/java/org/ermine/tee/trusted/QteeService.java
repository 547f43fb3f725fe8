// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Declares a component as a {@link TrustedService}: its service properties, and what the resolver must add. */
@ComponentPropertyType
@RequireEmulator
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface QteeService {

    /** Prefix of the property names. */
    String PREFIX_ = "qtee.";

    /** {@link TrustedService#UID}. */
    int uid();
}
