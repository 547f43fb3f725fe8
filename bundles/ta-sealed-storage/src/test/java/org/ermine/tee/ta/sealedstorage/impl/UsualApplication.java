// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.util.Map;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerConfiguration;

/** The sealed storage TA as it is where little is configured. */
public final class UsualApplication {

    private UsualApplication() {}

    public static SealedStorageApplication create() {
        return configured(Map.of());
    }

    /** The application with options that are not the usual ones. */
    public static SealedStorageApplication configured(Map<String, Object> options) {
        return new SealedStorageApplication(Fake.answering(DrawerConfiguration.class, options), options);
    }
}
