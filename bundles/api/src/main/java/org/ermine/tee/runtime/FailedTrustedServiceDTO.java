// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A trusted service or application, offered to an emulated secure world, that clients do not reach. */
public class FailedTrustedServiceDTO extends DTO {

    /** {@code service} or {@code application}. */
    public String kind;

    /** The UID in decimal, or the application's name, as far as the service tells; else empty. */
    public String name;

    /** Symbolic name, version and id of its bundle, for example {@code com.example.sum 1.0.0 [17]}. */
    public String bundle;

    public long serviceId;

    /** Why, in words. Where another one has its UID or name, that one is named. */
    public String reason;
}
