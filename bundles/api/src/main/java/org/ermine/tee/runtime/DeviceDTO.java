// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A device and its contexts. */
public class DeviceDTO extends DTO {

    public String name;

    /** Number of the implementation, see {@link org.ermine.tee.TeeVersion}. */
    public int implementation;

    /** The TEE's own version; empty if it tells none. */
    public String release;

    /** Whether the device is for development only and protects nothing, as the emulated QTEE. */
    public boolean development;

    /** TEE objects whose release has not reached the TEE yet. */
    public int pendingReleases;

    /**
     * Invocations that were left while the TEE still had them in its hands, since the device came: it went on calling
     * back after their end. Their message buffers are never used again.
     */
    public int abandonedCalls;

    /** TEE objects that were lost without being closed, since the device came. */
    public long leakedObjects;

    /** Invocations that were begun since the device came, by all contexts that there were. */
    public long invocations;

    /** Requests of the TEE that were carried out, as {@link ContextDTO#callbacks}, for all contexts that there were. */
    public long callbacks;

    /** How many contexts there are: open ones, and closed ones that the TEE still refers to. */
    public int contextCount;

    /** Whose contexts these are, and what they hold together. */
    public OwnerDTO[] owners = {};

    /**
     * The contexts, in the order of their ids; as many of them as were asked for, see {@link TeeRuntime#snapshot(int)}.
     */
    public ContextDTO[] contexts = {};
}
