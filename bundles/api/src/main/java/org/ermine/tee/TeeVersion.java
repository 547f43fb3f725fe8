// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.util.Objects;

/**
 * What a TEE implementation is and can do, with the numbers of Linux' {@code struct tee_ioctl_version_data}.
 *
 * @param implementation {@link #OPTEE}, {@link #AMD}, {@link #TRUSTED_SERVICES} or {@link #QTEE}
 * @param implementationCapabilities bits that the implementation defines
 * @param capabilities bits {@link #GLOBAL_PLATFORM} to {@link #OBJECTS}
 * @param release the TEE's own version as it reports it, for example {@code 5.2.0}; empty if it reports none
 */
public record TeeVersion(int implementation, int implementationCapabilities, int capabilities, String release) {

    public static final int OPTEE = 1;
    public static final int AMD = 2;
    public static final int TRUSTED_SERVICES = 3;
    public static final int QTEE = 4;

    /** GlobalPlatform sessions: open, invoke, cancel, close. */
    public static final int GLOBAL_PLATFORM = 1;
    /** Reserved for privileged clients. */
    public static final int PRIVILEGED = 2;
    /** Memory of the caller can be registered. */
    public static final int REGISTER_MEMORY = 4;
    /** NULL memory references are allowed. */
    public static final int NULL_MEMREF = 8;
    /** Objects can be invoked. */
    public static final int OBJECTS = 0x10;

    public TeeVersion {
        Objects.requireNonNull(release, "release");
    }
}
