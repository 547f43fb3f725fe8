// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** The whole state of Ermine. */
public class RuntimeDTO extends DTO {

    /**
     * Grows whenever a device, context, handler or failed trusted service comes, goes or changes. It is read before all
     * else: a later state with the same count differs in what moves by itself only, such as requests, objects and ages.
     */
    public long changeCount;

    /** As {@link #changeCount}, but for contexts: it stays the same while only these come and go. */
    public long servicesChangeCount;

    public DeviceDTO[] devices = {};

    /** Handlers that are in use or would be if those with a higher ranking went. */
    public HandlerDTO[] handlers = {};

    /** Handlers that cannot be used, with the reason. */
    public FailedHandlerDTO[] failedHandlers = {};

    /** Trusted services and applications that clients do not reach, with the reason. */
    public FailedTrustedServiceDTO[] failedTrustedServices = {};

    /** Handlers that took over from others or went, the oldest first; the last 64 of each kind. */
    public HandlerSwapDTO[] swaps = {};

    public MemoryDTO memory = new MemoryDTO();

    /** How long things take; null while no bundle measures that. */
    public StatisticsDTO statistics;

    public PermissionsDTO permissions = new PermissionsDTO();
}
