// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;

/** A bundle of which only is known who it is. */
public final class FakeBundle {

    private FakeBundle() {}

    /** A bundle with an id, a name and a version, and without anything else. */
    public static Bundle of(long id, String symbolicName, String version) {
        return Fake.answering(
                Bundle.class,
                Map.of(
                        "getBundleId", id,
                        "getSymbolicName", symbolicName,
                        "getVersion", new Version(version),
                        "toString", symbolicName));
    }
}
