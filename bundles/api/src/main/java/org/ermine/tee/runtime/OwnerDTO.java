// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A bundle that has contexts of a device, and what all of them hold together. */
public class OwnerDTO extends DTO {

    /** Symbolic name and version of the bundle. */
    public String owner;

    public long ownerBundleId;

    /** How many contexts it has of the device: open ones, and closed ones that the TEE still refers to. */
    public int contexts;

    /** How many of these are closed. */
    public int closed;

    /** TEE objects that they hold. */
    public long teeObjects;

    /** Callback objects of theirs that the TEE holds. */
    public long callbackObjects;

    /** Shared memory that the bundle holds through them. */
    public long sharedMemories;

    /** Requests to their callback objects that are not answered yet. */
    public long requests;

    /** The age of the oldest of these requests, in milliseconds since it was queued; 0 if there is none. */
    public long oldestRequest;
}
