// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.OwnerDTO;
import org.ermine.tee.runtime.RequestDTO;

/** Parts of what a runtime tells, made by hand. */
public final class RuntimeParts {

    private RuntimeParts() {}

    /** A device with these contexts, of which it tells by owner too, as a real one does. */
    public static DeviceDTO device(String name, ContextDTO... contexts) {
        DeviceDTO device = new DeviceDTO();
        device.name = name;
        device.release = "5.2.0";
        device.contexts = contexts;
        device.contextCount = contexts.length;
        device.owners = owners(contexts);
        return device;
    }

    private static OwnerDTO[] owners(ContextDTO... contexts) {
        Map<String, OwnerDTO> owners = new TreeMap<>();
        for (ContextDTO context : contexts) {
            OwnerDTO owner = owners.computeIfAbsent(context.owner, name -> new OwnerDTO());
            owner.owner = context.owner;
            owner.ownerBundleId = context.ownerBundleId;
            owner.contexts++;
            owner.teeObjects += context.teeObjects;
            owner.callbackObjects += context.callbackObjects;
            owner.sharedMemories += context.sharedMemories;
            owner.requests += context.requests.length;
            for (RequestDTO request : context.requests) {
                owner.oldestRequest = Math.max(owner.oldestRequest, request.age);
            }
        }
        return owners.values().toArray(OwnerDTO[]::new);
    }

    public static FailedHandlerDTO failedHandler(String kind, String name, String reason) {
        FailedHandlerDTO failed = new FailedHandlerDTO();
        failed.kind = kind;
        failed.name = name;
        failed.bundle = "com.example.broken 1.0.0";
        failed.serviceId = 43;
        failed.reason = reason;
        return failed;
    }

    public static FailedTrustedServiceDTO failedTrustedService(String name, String reason) {
        FailedTrustedServiceDTO failed = new FailedTrustedServiceDTO();
        failed.kind = "service";
        failed.name = name;
        failed.bundle = "com.example.sum 1.0.0";
        failed.serviceId = 44;
        failed.reason = reason;
        return failed;
    }
}
