// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A context of a device. */
public class ContextDTO extends DTO {

    /** Unique while the framework runs. */
    public long id;

    /** Symbolic name and version of the owning bundle. */
    public String owner;

    public long ownerBundleId;

    /** When it was opened, in milliseconds since 1970. */
    public long openedAt;

    /** Closed, but kept because the TEE still holds objects of it. */
    public boolean closed;

    /** References: one of the owner, and one for each object that the TEE holds. */
    public int references;

    /** TEE objects that the context holds. */
    public int teeObjects;

    /** Callback objects of the context that the TEE holds. */
    public int callbackObjects;

    /** Shared memory that the owner holds. */
    public int sharedMemories;

    /** Invocations that were begun. */
    public long invocations;

    /** Requests to its callback objects that were carried out, or refused by those who carry them out. */
    public long callbacks;

    /** Requests to callback objects that are not answered yet. */
    public RequestDTO[] requests = {};
}
