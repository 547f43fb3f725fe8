// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** Everything. */
public class RuntimeDTO extends DTO {

    /** Grows whenever a device, context or handler comes or goes. */
    public long changeCount;

    public DeviceDTO[] devices = {};

    /** Handlers that are in use or would be if those with a higher ranking went. */
    public HandlerDTO[] handlers = {};

    /** Handlers that cannot be used, with the reason. */
    public FailedHandlerDTO[] failedHandlers = {};

    public MemoryDTO memory;
}
