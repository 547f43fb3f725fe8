// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** Shared memory. Sizes in bytes. */
public class MemoryDTO extends DTO {

    /** The most that may be committed. */
    public long limit;

    /** Taken from the JVM: in use or kept in pools. */
    public long committed;

    /** In use: message buffers and memory objects. */
    public long inUse;

    /** The most that was in use at once. */
    public long peak;

    /** Message buffers in use. */
    public long buffersInUse;

    /** Memory objects, allocated and registered. */
    public long regions;

    /** Memory of callers that is registered; not part of the above. */
    public long registered;

    /**
     * Released, and so not part of the above, but not freed by the JVM yet: it is freed with the next garbage
     * collection. Large memory objects are freed at once, and never counted here, where Java can do that, from version
     * 22 on.
     */
    public long uncollected;

    /** Requests refused because of the limit. */
    public long refused;
}
