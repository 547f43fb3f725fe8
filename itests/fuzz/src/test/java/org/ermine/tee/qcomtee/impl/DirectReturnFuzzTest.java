// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.DisplayName;

/** What QTEE makes of the message of a direct invocation before it returns. */
class DirectReturnFuzzTest {

    @FuzzTest
    @DisplayName(
            "ERM-5, INV-6, INV-9, MSG-2, MSG-3, MSG-5, MSG-8: whatever a direct invocation returns, its outputs are "
                    + "those of a valid message, or none")
    void directReturn(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        HostileMessages hostile = new HostileMessages(input);
        FuzzDevice.run(0, FuzzedSupplicant::refuse, (device, client) -> {
            do {
                new Invocations(input, hostile, device, client).invoke();
            } while (!input.isEmpty());
        });
    }

    /** One invocation and what has to come of it. */
    private static final class Invocations {

        private final Input input;
        private final HostileMessages hostile;
        private final FuzzDevice device;
        private final FuzzClient client;
        private final Outputs outputs = new Outputs();
        private final TeeParams params = new TeeParams(TeeParams.MAX);

        private boolean lost;
        private int result;
        private boolean valid;

        private Invocations(Input input, HostileMessages hostile, FuzzDevice device, FuzzClient client) {
            this.input = input;
            this.hostile = hostile;
            this.device = device;
            this.client = client;
        }

        private void invoke() throws TeeException {
            addParams();
            device.world().script(this::answer);
            boolean completed = false;
            int answer = 0;
            try {
                answer = client.invoke(DriverContext.NULL, FuzzDevice.OP, params);
                completed = true;
            } catch (TeeException e) {
                if (!lost && !refusedBefore(e)) {
                    throw new AssertionError("the invocation fails: " + e.getMessage(), e);
                }
            }
            if (completed && answer == 0 && result == 0) {
                if (!valid) {
                    throw new AssertionError("a message that makes no sense is taken");
                }
                outputs.requireWritten();
                takeObjects();
            } else {
                outputs.requireUntouched();
                if (completed && answer != result && answer != -96) {
                    throw new AssertionError("result " + result + " becomes " + answer);
                }
                if (completed && result == 0 && valid) {
                    throw new AssertionError("a valid message is refused");
                }
            }
            params.clear();
        }

        /** The message has too many objects, or one that is not there. */
        private static boolean refusedBefore(TeeException e) {
            Errno errno = e.errno().orElse(null);
            return errno == Errno.EINVAL || errno == Errno.ENOSPC;
        }

        private void addParams() {
            for (int more = input.below(24); more > 0; more--) {
                int kind = input.u8();
                TeeParam param = params.add();
                switch (kind & 3) {
                    case 0 -> param.buffer(TeeParam.Type.UBUF_INPUT, input.bytes(kind >>> 2), 0, kind >>> 2);
                    case 1 -> outputs.add(param, kind >>> 2);
                    case 2 -> Params.object(param, TeeParam.Type.OBJREF_INPUT, client, input);
                    default -> param.object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
                }
            }
        }

        /** This runs in the secure world. */
        private boolean answer(FuzzedWorld.Stay stay) throws TeeException {
            int manner = input.u8();
            if ((manner & 0xf) == 0xf) {
                lost = true;
                throw new TeeException(Errno.EBUSY, "lost");
            }
            result = (manner & 0x10) == 0 ? 0 : input.number();
            int type = (manner & 0x20) == 0 ? 0 : input.number();
            ByteBuffer message = stay.inbound();
            byte[] before = new byte[message.capacity()];
            message.get(0, before);
            int inputs = message.getInt(8) & 0xf;
            int outputCount = message.getInt(8) >>> 4 & 0xf;
            int objects = message.getInt(8) >>> 8 & 0xf;
            for (int i = inputs; i < inputs + outputCount; i++) {
                answerBuffer(message, 12 + 8 * i);
            }
            int first = inputs + outputCount + objects;
            int last = first + (message.getInt(8) >>> 12 & 0xf);
            for (int i = first; i < last; i++) {
                message.putInt(12 + 8 * i, hostile.name(stay.model()));
            }
            if ((manner & 0x40) != 0) {
                hostile.scribble(message);
                // Counts are the backend's own: it must not read them again.
                message.putInt(8, ByteBuffer.wrap(before).order(message.order()).getInt(8));
            }
            valid = outputs.areValid(message, ByteBuffer.wrap(before).order(message.order()), inputs)
                    && objectsAreValid(message, first, last, stay.model());
            stay.finish(result, type);
            if ((manner & 0x80) != 0) {
                message.putInt(8, input.i32());
            }
            if (input.oneIn(2)) {
                // What it returns may be what it lets go: it was valid before.
                hostile.async(stay.outbound(), 0, stay.model());
            }
            return false;
        }

        private void answerBuffer(ByteBuffer message, int argument) {
            int manner = input.u8();
            int offset = message.getInt(argument);
            int size = message.getInt(argument + 4);
            if (offset >= 0 && offset + size <= message.capacity()) {
                message.put(offset, input.bytes(size));
            }
            switch (manner & 7) {
                case 3 -> message.putInt(argument + 4, Math.min(size, manner >>> 3));
                case 4 -> message.putInt(argument + 4, size + 1 + (manner >>> 3));
                case 5 -> message.putInt(argument + 4, input.number());
                case 6 -> message.putInt(argument, input.number());
                default -> {
                    // It stays as it is.
                }
            }
        }

        private boolean objectsAreValid(ByteBuffer message, int first, int last, Model model) {
            for (int i = first; i < last; i++) {
                int id = message.getInt(12 + 8 * i);
                boolean good = id == Wire.OBJECT_NULL || Model.isSecureWorld(id) || model.ownerOf(id) == client;
                if (!good) {
                    return false;
                }
            }
            return true;
        }

        private void takeObjects() throws TeeException {
            for (int i = 0; i < params.count(); i++) {
                TeeParam param = params.get(i);
                if (param.type() == TeeParam.Type.OBJREF_OUTPUT && param.objectFlags() == TeeParam.FLAG_TEE) {
                    client.given(param.objectId());
                    if (input.oneIn(2)) {
                        client.invoke(param.objectId(), DriverContext.OP_RELEASE, new TeeParams(0));
                    }
                }
            }
        }
    }
}
