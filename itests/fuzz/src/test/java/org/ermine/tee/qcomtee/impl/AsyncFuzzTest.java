// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.DisplayName;

/** Asynchronous messages behind callback requests and with the final result. */
class AsyncFuzzTest {

    private static final int MOST_STEPS = 4;

    @FuzzTest
    @DisplayName(
            "MSG-6, MSG-7, MSG-8, ERM-6: of any asynchronous messages exactly those are carried out that the format "
                    + "allows")
    void async(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        HostileMessages hostile = new HostileMessages(input);
        FuzzDevice.run(input.u8(), FuzzedSupplicant::refuse, (device, client) -> {
            do {
                device.world().script(stay -> announce(stay, input, hostile));
                client.tryInvoke(FuzzDevice.OP, objects(input));
            } while (!input.isEmpty());
        });
    }

    private static TeeParams objects(Input input) {
        TeeParams params = new TeeParams(TeeParams.MAX);
        for (int more = input.below(8); more > 0; more--) {
            params.add().object(TeeParam.Type.OBJREF_INPUT, more, TeeParam.FLAG_USER);
        }
        return params;
    }

    private static boolean announce(FuzzedWorld.Stay stay, Input input, HostileMessages hostile) throws TeeException {
        int manner = input.u8();
        ByteBuffer outbound = stay.outbound();
        hostile.clear(outbound);
        boolean callback = (manner & 1) != 0 && stay.steps() < MOST_STEPS;
        int at = 0;
        if (callback) {
            int op = (manner & 2) == 0 ? Wire.OP_RETAIN : Wire.OP_RELEASE;
            at = hostile.callback(outbound, stay.model(), hostile.name(stay.model()), op, manner >>> 5);
        }
        if ((manner & 4) == 0) {
            hostile.async(outbound, at, stay.model());
        } else {
            int from = Math.min(Request.SIZE, at + (input.u16() & ~7) % Request.SIZE);
            hostile.async(outbound, from, stay.model());
            hostile.scribble(outbound.slice(at, Request.SIZE - at));
        }
        return callback;
    }
}
