// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.util.List;
import org.osgi.framework.ServiceReference;

/** The services of a TEE in memory, which only its own package sees. */
public final class LocalServices {

    private LocalServices() {}

    public static List<ServiceReference<?>> of(InMemoryTee tee) {
        return tee.services();
    }
}
