// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

/** UIDs of QTEE's public services, as {@link ClientEnv#open} takes them. */
public final class QteeUid {

    /** {@link AppLoader}. */
    public static final int APP_LOADER = 3;
    /** {@link ListenerRegistry}. */
    public static final int REGISTER_LISTENER = 87;
    /** {@link Diagnostics}. */
    public static final int DIAGNOSTICS = 143;
    /** Registers the callback that brings TA images. */
    public static final int REGISTER_TA_BUFFER = 268;
    /** {@link FeatureVersions}. */
    public static final int FEATURE_VERSIONS = 2033;

    private QteeUid() {}
}
