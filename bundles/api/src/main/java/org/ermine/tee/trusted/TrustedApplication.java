// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A trusted application: what stands behind a TA image whose metadata carry its name, or behind that name itself where
 * a client loads it as embedded or connects to it. An OSGi service with the property {@value #NAME}, usually declared
 * with {@link QteeApplication}. Objects of a TA that goes away become DEFUNCT.
 */
@ConsumerType
@FunctionalInterface
public interface TrustedApplication {

    /** Service property, a String: the name in the image's metadata ({@code n=<name>;}). Required. */
    String NAME = "qtee.ta.name";

    /**
     * Starts the TA: called once for each load, until the TA is unloaded.
     *
     * @return its application object, which clients get with {@code IAppController.getAppObject}; it is released when
     *     the TA is unloaded
     */
    TrustedObject start(TrustedEnvironment environment) throws TeeException;
}
