// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.DisplayName;

/** Callback requests with anything in them, answered by a supplicant that may call QTEE itself. */
class CallbackFuzzTest {

    private static final int MOST_STEPS = 6;

    @FuzzTest
    @DisplayName("ERM-5, ERM-7, ERM-14, SUB-3, CBO-9: whatever QTEE calls back, only valid requests arrive, and all "
            + "references are given back")
    void callback(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        HostileMessages hostile = new HostileMessages(input);
        FuzzedSupplicant supplicant =
                new FuzzedSupplicant(input, client -> client.tryInvoke(FuzzDevice.OP, new TeeParams(0)));
        FuzzDevice.run(input.u8(), supplicant, (device, client) -> {
            do {
                device.world().script(stay -> callBack(stay, input, hostile));
                client.tryInvoke(FuzzDevice.OP, new TeeParams(0));
            } while (!input.isEmpty());
            supplicant.end();
        });
    }

    private static boolean callBack(FuzzedWorld.Stay stay, Input input, HostileMessages hostile) throws TeeException {
        int manner = input.u8();
        ByteBuffer outbound = stay.outbound();
        hostile.clear(outbound);
        if (input.isEmpty() || stay.steps() == MOST_STEPS) {
            outbound.put(0, new byte[Request.SIZE]);
            return false;
        }
        if (manner == 0xff) {
            throw new TeeException(Errno.EBUSY, "lost");
        }
        int target = hostile.name(stay.model());
        int end = hostile.callback(outbound, stay.model(), target, op(input), counts(input));
        if ((manner & 1) != 0) {
            hostile.async(outbound, end, stay.model());
        }
        if ((manner & 2) != 0) {
            hostile.scribble(outbound);
        }
        return true;
    }

    private static int op(Input input) {
        int choice = input.u8();
        return switch (choice & 7) {
            case 0 -> Wire.OP_RELEASE;
            case 1 -> Wire.OP_RETAIN;
            case 2 -> input.number();
            default -> choice >>> 3;
        };
    }

    /** Up to three of each kind, up to 15, or nonsense. */
    private static int counts(Input input) {
        int few = input.u8();
        return switch (input.u8() & 7) {
            case 6 -> input.u16();
            case 7 -> input.i32();
            default -> few & 3 | (few & 0xc) << 2 | (few & 0x30) << 4 | (few & 0xc0) << 6;
        };
    }
}
