// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.GuardedMemory;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

/** The emulated QTEE under messages and answers of a hostile normal world. */
class InvocationFuzzTest {

    private static final int UID = 0x77;
    private static final int MOST_INVOCATIONS = 12;

    @TempDir
    static Path state;

    private static GuardedMemory memory;
    private static Emulator emulator;

    @BeforeAll
    static void start() throws IOException {
        memory = new GuardedMemory();
        emulator = new Emulator(memory, state, EmulatorSettings.defaults());
        emulator.addService(UID, client -> new Probe(), Map.of());
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    @FuzzTest
    @DisplayName(
            "whatever the normal world sends and answers, the emulator reads and writes its messages only, and loses "
                    + "no reference")
    void invocation(byte[] bytes) throws TeeException {
        Input input = new Input(bytes);
        Peer peer = new Peer(input, memory, emulator);
        for (int i = 0; i < MOST_INVOCATIONS && !input.isEmpty(); i++) {
            peer.invoke();
        }
        peer.end();
    }

    /** Does with its arguments what services do. */
    private static final class Probe implements TrustedObject {

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            switch (op) {
                case 0 -> echo(arguments);
                case 1 -> callBack(arguments);
                case 2 -> map(arguments);
                default -> throw new TeeException(org.ermine.tee.TeeResult.INVALID, "no operation " + op);
            }
        }

        private void echo(IncomingArguments arguments) {
            for (int i = 0; i < Math.min(arguments.inputCount(), arguments.outputCount()); i++) {
                ByteBuffer from = arguments.input(i);
                ByteBuffer to = arguments.output(i);
                from.limit(Math.min(from.limit(), to.remaining()));
                to.put(from);
            }
            for (int i = 0; i < arguments.outputObjectCount(); i++) {
                arguments.outputObject(i, i < arguments.inputObjectCount() ? arguments.inputObject(i) : new Probe());
            }
        }

        private void callBack(IncomingArguments arguments) throws TeeException {
            byte[] room = new byte[64];
            for (int i = 0; i < arguments.inputObjectCount(); i++) {
                if (arguments.inputObject(i) instanceof NormalObject object) {
                    Arguments request = new Arguments()
                            .in(room)
                            .out(room)
                            .out(new byte[8])
                            .in(new Probe())
                            .outObject()
                            .outObject();
                    object.invoke(i, request);
                    for (int output = 4; output < 6; output++) {
                        if (request.object(output) instanceof NormalObject returned) {
                            returned.close();
                        }
                    }
                }
            }
        }

        private void map(IncomingArguments arguments) throws TeeException {
            for (int i = 0; i < arguments.inputObjectCount(); i++) {
                if (arguments.inputObject(i) instanceof MemoryObject object) {
                    try (MappedMemory mapped = object.map()) {
                        ByteBuffer view = mapped.buffer();
                        while (view.hasRemaining()) {
                            view.get();
                        }
                    }
                }
            }
        }
    }
}
