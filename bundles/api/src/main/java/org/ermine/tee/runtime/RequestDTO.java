// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A request of the TEE to a callback object. */
public class RequestDTO extends DTO {

    public long id;

    /** The callback object's id in its context. */
    public long object;

    public int op;

    /** QUEUED or PROCESSING. */
    public String state;

    /** Milliseconds since it was queued. */
    public long age;
}
