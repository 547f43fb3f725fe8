// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.DisplayName;

/** Requests to the primordial object: memory is mapped, the processor given back. */
class MappingFuzzTest {

    private static final int MOST_STEPS = 8;
    private static final int MAP_REGION = 0;
    private static final int SLEEP = 2;

    @FuzzTest
    @DisplayName(
            "MEM-3, MEM-4, MEM-5, ERM-13: whatever is asked of the primordial object, QTEE maps memory that it holds "
                    + "only")
    void mapping(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        HostileMessages hostile = new HostileMessages(input);
        FuzzDevice.run(input.u8(), FuzzedSupplicant::refuse, (device, client) -> {
            do {
                device.world().script(new Mappings(input, hostile, client)::ask);
                client.invoke(DriverContext.NULL, FuzzDevice.OP, memory(client));
            } while (!input.isEmpty());
        });
    }

    private static TeeParams memory(FuzzClient client) {
        TeeParams params = new TeeParams(1);
        params.add().object(TeeParam.Type.OBJREF_INPUT, client.anyMemory(0), TeeParam.FLAG_MEM);
        return params;
    }

    /** The secure world of one invocation. */
    private static final class Mappings {

        private final Input input;
        private final HostileMessages hostile;
        private final Model model;
        private Request asked;
        /** Whose memory is to be mapped; null if it is nobody's. */
        private FuzzClient owner;

        private Mappings(Input input, HostileMessages hostile, FuzzClient client) {
            this.input = input;
            this.hostile = hostile;
            model = client.world().model();
        }

        private boolean ask(FuzzedWorld.Stay stay) throws TeeException {
            ByteBuffer outbound = stay.outbound();
            if (asked != null) {
                checkAnswer(outbound);
            }
            int manner = input.u8();
            outbound.put(0, new byte[Request.SIZE]);
            if (input.isEmpty() || stay.steps() == MOST_STEPS) {
                return false;
            }
            int op = (manner & 7) == 7 ? input.number() : (manner & 7) < 4 ? MAP_REGION : manner & 3;
            hostile.callback(outbound, model, target(manner), op, counts(manner, op));
            if ((manner & 0x80) != 0) {
                hostile.async(outbound, new Request(outbound).end(), model);
            }
            if ((manner & 0x60) == 0x60) {
                hostile.scribble(outbound);
            }
            asked = new Request(outbound);
            owner = asked.hasSaneCounts() && asked.count(2) == 1 ? model.ownerOf(asked.inputObject(0)) : null;
            return true;
        }

        /** A mapping, too, is an object that can be asked and released. */
        private int target(int manner) {
            return (manner & 0x18) == 0x18 ? hostile.name(model) : Wire.OBJECT_PRIMORDIAL;
        }

        private int counts(int manner, int op) {
            if ((manner & 0x60) == 0x20) {
                return input.u16();
            }
            return op == MAP_REGION ? 0x1110 : op == SLEEP ? 0x0001 : 0;
        }

        private void checkAnswer(ByteBuffer outbound) {
            boolean mapped =
                    outbound.getInt(0) == 0 && asked.target() == Wire.OBJECT_PRIMORDIAL && asked.op() == MAP_REGION;
            if (mapped) {
                int at = asked.offset(0);
                requireMemory(outbound.getLong(at), outbound.getLong(at + 8));
            }
        }

        private void requireMemory(long address, long length) {
            if (owner == null || address != owner.anyMemory(0) << 32 || length != 64) {
                throw new AssertionError("mapped are " + length + " bytes at 0x" + Long.toHexString(address)
                        + ", which is not the memory that was named");
            }
        }
    }
}
