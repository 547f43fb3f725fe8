// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A moment at which requests for one listener or callback began to go to another handler, or to none. */
public class HandlerSwapDTO extends DTO {

    /** {@code listener} or {@code callback}. */
    public String kind;

    /** The listener id in hexadecimal ({@code 0xb}), or the callback's name. */
    public String name;

    /** Symbolic name, version and id of the bundle that served before; empty if there was no handler. */
    public String from = "";

    /** The bundle that serves from then on; empty if there is no handler. */
    public String to = "";

    /** When, in milliseconds since 1970. */
    public long at;

    /** Milliseconds for which there had been no handler; 0 if there was one or never had been one. */
    public long vacantMillis;
}
