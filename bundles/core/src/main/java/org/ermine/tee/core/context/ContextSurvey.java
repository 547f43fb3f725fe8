// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.OwnerDTO;
import org.ermine.tee.runtime.RequestDTO;

/**
 * Summarises all contexts of a device: what they hold together, by owner, and some of them one by one. Those in which
 * requests are waiting come before others. What is not kept is used for the next context, so that many contexts take no
 * more memory than few. Used by one thread.
 */
public final class ContextSurvey {

    private final int most;
    private final Map<Owner, OwnerDTO> owners = new LinkedHashMap<>();
    private final List<ContextDTO> busy = new ArrayList<>();
    private final Deque<ContextDTO> idle = new ArrayDeque<>();
    private long invocations;
    private long callbacks;
    /** The DTO in which the next context is described. */
    private ContextDTO spare = new ContextDTO();

    /** @param most how many contexts are kept */
    public ContextSurvey(int most) {
        this.most = most;
    }

    /** Adds a context. Must be called in the order of the ids. */
    public void look(Context context) {
        context.describe(spare);
        count(owner(context.owner()));
        invocations += spare.invocations;
        callbacks += spare.callbacks;
        if (isKept()) {
            spare = new ContextDTO();
        }
    }

    private OwnerDTO owner(Owner owner) {
        OwnerDTO dto = owners.get(owner);
        if (dto == null) {
            dto = new OwnerDTO();
            dto.owner = spare.owner;
            dto.ownerBundleId = spare.ownerBundleId;
            owners.put(owner, dto);
        }
        return dto;
    }

    private void count(OwnerDTO owner) {
        owner.contexts++;
        owner.closed += spare.closed ? 1 : 0;
        owner.teeObjects += spare.teeObjects;
        owner.callbackObjects += spare.callbackObjects;
        owner.sharedMemories += spare.sharedMemories;
        owner.requests += spare.requests.length;
        for (RequestDTO request : spare.requests) {
            owner.oldestRequest = Math.max(owner.oldestRequest, request.age);
        }
    }

    private boolean isKept() {
        if (spare.requests.length == 0) {
            return busy.size() + idle.size() < most && idle.add(spare);
        }
        if (busy.size() == most) {
            return false;
        }
        if (busy.size() + idle.size() == most) {
            idle.removeLast();
        }
        return busy.add(spare);
    }

    /** Adds the summary to the description of the device. */
    public void describe(DeviceDTO device) {
        device.owners = owners.values().toArray(OwnerDTO[]::new);
        for (OwnerDTO owner : device.owners) {
            device.contextCount += owner.contexts;
        }
        device.invocations += invocations;
        device.callbacks += callbacks;
        device.contexts = Stream.concat(busy.stream(), idle.stream())
                .sorted(Comparator.comparingLong(context -> context.id))
                .toArray(ContextDTO[]::new);
    }
}
