// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Declares a {@link org.ermine.tee.CallbackObject} component as an implementation that clients find by name. */
@ComponentPropertyType
@RequireSupplicant
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TeeCallback {

    /** Prefix of the property names. */
    String PREFIX_ = "tee.";

    /** {@link org.ermine.tee.CallbackObject#NAME}. */
    String callback();
}
