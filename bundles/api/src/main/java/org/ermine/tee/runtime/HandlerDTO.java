// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A handler service. */
public class HandlerDTO extends DTO {

    /** {@code listener} or {@code callback}. */
    public String kind;

    /** The listener id in hexadecimal ({@code 0xb}), or the callback's name. */
    public String name;

    /** Symbolic name, version and id of its bundle, for example {@code com.example.files 1.0.0 [17]}. */
    public String bundle;

    public long serviceId;

    public int ranking;

    /** Names of the devices whose TEE knows the listener at present; empty for callbacks. */
    public String[] devices = {};

    /** Whether new requests go to it. */
    public boolean active;

    /** Requests it has begun. */
    public long requests;

    /** Requests that it answered with an error, by throwing or by taking too long. */
    public long failures;

    /** Requests it works on. */
    public int inProgress;

    /** When it was bound, in milliseconds since 1970. */
    public long boundAt;
}
