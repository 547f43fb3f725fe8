// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Declares a component as a {@link ListenerHandler}: its service properties, and what the resolver must add. */
@ComponentPropertyType
@RequireSupplicant
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TeeListener {

    /** Prefix of the property names. */
    String PREFIX_ = "tee.listener.";

    /** {@link ListenerHandler#ID}. */
    int id();

    /** {@link ListenerHandler#BUFFER_SIZE}. */
    int bufferSize();

    /** {@link ListenerHandler#TIME_LIMIT}. */
    long timeLimit() default 0;
}
