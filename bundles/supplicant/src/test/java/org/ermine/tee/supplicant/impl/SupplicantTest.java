// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.junit.jupiter.api.Test;

class SupplicantTest {

    private final List<HandlerDTO> handlers = new ArrayList<>();

    private void active(long serviceId, String... devices) {
        HandlerDTO handler = new HandlerDTO();
        handler.serviceId = serviceId;
        handler.active = true;
        handler.devices = devices;
        handlers.add(handler);
    }

    @Test
    void givenAListenerThatEachTeeRefusesThenItIsNotActive() {
        active(1, "qtee");
        active(2);
        active(3);
        active(4, "qtee");
        FailedHandlerDTO first = new FailedHandlerDTO();
        first.serviceId = 3;
        FailedHandlerDTO second = new FailedHandlerDTO();
        second.serviceId = 4;
        Supplicant.noneIsActiveThatIsRefused(handlers, List.of(first, second));
        assertEquals(
                List.of(true, true, false, true),
                handlers.stream().map(handler -> handler.active).toList());
    }
}
