// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** A handler service that cannot be used. */
public class FailedHandlerDTO extends DTO {

    /** {@code listener}, {@code callback}, {@code driver} or {@code channel}. */
    public String kind;

    /** The name of the handler or device, as far as the service tells. */
    public String name;

    public String bundle;

    /** The id of the service; -1 if there is no service because of the reason. */
    public long serviceId;

    /** Why, in words. */
    public String reason;
}
