// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.runtime.ObjectDTO;

/** Lists the objects of one context, of all kinds. Immutable. */
public record ObjectSurvey(ObjectList objects, CallbackTable callbacks, Memories memories) {

    /**
     * Describes at most {@code limit} objects: TEE objects first, then callback objects, then memory, since the kinds
     * have no common order of age.
     */
    public List<ObjectDTO> describe(int limit) {
        List<ObjectDTO> list = new ArrayList<>();
        for (long id : objects.ids(limit)) {
            list.add(object(id, "tee", ""));
        }
        for (HostedCallback each : callbacks.list(limit - list.size())) {
            list.add(object(each.id, "callback", each.object.getClass().getName()));
        }
        for (Memory each : memories.list(limit - list.size())) {
            list.add(object(each.id(), "memory", each.size() + " bytes"));
        }
        return list;
    }

    private static ObjectDTO object(long id, String kind, String description) {
        ObjectDTO dto = new ObjectDTO();
        dto.id = id;
        dto.kind = kind;
        dto.description = description;
        return dto;
    }
}
