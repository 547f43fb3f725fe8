// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.ermine.tee.itests.concurrency.Threads.join;
import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.start;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiPredicate;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.itests.concurrency.AnnouncingHost;
import org.ermine.tee.qcomtee.argument.CallbackArguments;
import org.ermine.tee.qcomtee.argument.IncomingObjects;
import org.ermine.tee.qcomtee.argument.OutgoingObjects;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.export.UserObject;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.CallbackMessage;
import org.ermine.tee.qcomtee.request.ClientWait;
import org.ermine.tee.qcomtee.request.RequestQueue;
import org.ermine.tee.qcomtee.request.UserRequest;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.support.SpinTime;

/** Requests of one context and what may happen to them at once. The thread that calls is the supplicant's. */
final class RequestScenarios {

    private static final long LONG = 1L << 60;
    private static final int OBJECT = 7;
    private static final long INPUT = 0x1111111111111111L;
    private static final long OUTPUT = 0x2222222222222222L;
    private static final long REUSED = 0x3333333333333333L;

    /** Offsets in the callback message: one input and one output of 8 bytes. */
    private static final int COUNTS = 12;

    private static final int ARGUMENTS = 16;
    private static final int INPUT_AT = 32;
    private static final int OUTPUT_AT = 40;

    /** The device is never started, so it has no thread and no secure world. The scenarios change nothing of it. */
    static final QcomTee TEE =
            new QcomTee("test", null, null, new DeviceLimits(LONG, 0, 1, 10, 10, 1, 1, LONG, 1, LONG, LONG, LONG, 4));

    private RequestScenarios() {}

    /**
     * A client is interrupted at any moment: either it leaves, or it gets the answer; its arguments are its own then.
     */
    record Interrupt() implements Runnable {
        @Override
        public void run() {
            interrupt((world, client) -> world.serve());
        }
    }

    /** A client is interrupted at any moment: the memory that it shares is not touched once it went on. */
    record InterruptBesideCopy() implements Runnable {
        @Override
        public void run() {
            interrupt((world, client) -> world.copy(client.buffer));
        }
    }

    /** @param serving serves the client's request, and tells whether the answer was accepted */
    private static void interrupt(BiPredicate<World, Client> serving) {
        World world = new World();
        Client client = world.client(buffers());
        Thread invoking = start(() -> {
            client.call();
            world.requests.close();
        });
        world.host.awaitQueued();
        invoking.interrupt();
        boolean accepted = serving.test(world, client);
        join(invoking);
        client.check(accepted, Errno.ENODEV);
    }

    /**
     * The context is closed at any moment: nobody hangs, and the request is answered once, by the handler or by close.
     */
    record Close() implements Runnable {
        @Override
        public void run() {
            World world = new World();
            Client client = world.client(buffers());
            Thread invoking = start(client::call);
            Thread closing = start(world.requests::close);
            boolean accepted = world.serve();
            join(closing, invoking);
            client.check(accepted, Errno.ENODEV);
        }
    }

    /** QTEE lets an object go: its context hears of it, or is closed; either way it is counted off once. */
    record Release() implements Runnable {
        @Override
        public void run() {
            World world = new World();
            UserObject object = world.newUserObject();
            Thread closing = start(world.requests::close);
            Thread releasing = start(object::release);
            SupplicantRequest released = world.receive(LONG);
            require(released == null || released.isRelease() && released.object() == OBJECT, "no release");
            if (released != null) {
                require(world.receive(LONG) == null, "released twice");
            }
            join(closing, releasing);
            ContextDTO dto = new ContextDTO();
            world.context.describe(dto);
            require(dto.callbackObjects == 0, "callback objects: " + dto.callbackObjects);
        }
    }

    private static ByteBuffer buffers() {
        ByteBuffer message = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(COUNTS, 0x11);
        message.putInt(ARGUMENTS, INPUT_AT).putInt(ARGUMENTS + 4, 8);
        message.putInt(ARGUMENTS + 8, OUTPUT_AT).putInt(ARGUMENTS + 12, 8);
        return message.putLong(INPUT_AT, INPUT);
    }

    private static final class World {

        final QcomContext context;
        final RequestQueue requests;
        final AnnouncingHost host = new AnnouncingHost();
        private final QcomTee tee = TEE;

        World() {
            context = tee.context(host, 2);
            requests = context.objects().requests();
        }

        Client client(ByteBuffer message) {
            return new Client(this, message);
        }

        UserObject newUserObject() {
            try {
                ExportTable exports = new ExportTable(1, new OwnerShares("objects", 1, "none"));
                OutgoingObjects message =
                        new OutgoingObjects(exports, tee.transport().secureObjects());
                TeeParam param = new TeeParams(1).add();
                param.object(TeeParam.Type.OBJREF_INPUT, OBJECT, TeeParam.FLAG_USER);
                message.add(param, 0, context.objects());
                ExportedObject object = exports.remove(message.name(0));
                message.releaseAll();
                return (UserObject) object;
            } catch (TeeException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Null if the context is closed, or nothing came in time. */
        SupplicantRequest receive(long nanos) {
            SupplicantRequest request = new SupplicantRequest(2, 8);
            try {
                return requests.receive(request, nanos) ? request : null;
            } catch (TeeException e) {
                require(e.errno().orElseThrow() == Errno.ENODEV, "receive: " + e.getMessage());
                return null;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Whether the answer was accepted. */
        boolean send(SupplicantRequest request, int result) {
            try {
                requests.send(request.id(), result, request.params());
                return true;
            } catch (TeeException e) {
                return false;
            }
        }

        /** Calls in the same way, by memory that the client shares. */
        boolean copy(ByteBuffer shared) {
            SupplicantRequest request = receive(LONG);
            if (request == null) {
                return false;
            }
            ByteBuffer output = ByteBuffer.allocate(8).putLong(0, OUTPUT);
            boolean copied = requests.copyShared(request.id(), output, 0, shared, OUTPUT_AT, 8);
            request.params().get(1).size(0);
            return send(request, 0) && copied;
        }

        /** Receives a request and answers it; whether that was accepted. */
        boolean serve() {
            SupplicantRequest request = receive(LONG);
            if (request == null) {
                return false;
            }
            require(request.params().get(0).view().getLong(0) == INPUT, "the client left while its input was copied");
            byte[] output = new byte[8];
            ByteBuffer.wrap(output).putLong(OUTPUT);
            request.params().get(1).buffer(TeeParam.Type.UBUF_OUTPUT, output, 0, output.length);
            return send(request, 0);
        }
    }

    /** Calls once. */
    private static final class Client {

        private final World world;
        private final ByteBuffer buffer;
        private final CallbackMessage message = new CallbackMessage();
        private final IncomingObjects inputs;
        private final UserRequest request;
        private final ClientWait wait = new ClientWait(new SpinTime(0), 0, () -> false);
        private final UserObject target;
        private long output;
        int outcome;

        Client(World world, ByteBuffer buffer) {
            this.world = world;
            this.buffer = buffer;
            target = new UserObject(world.context.objects(), OBJECT);
            inputs = new IncomingObjects(
                    world.tee.transport().exports(), world.tee.transport().secureObjects());
            CallbackArguments arguments = new CallbackArguments(
                    message,
                    inputs,
                    new OutgoingObjects(
                            world.tee.transport().exports(),
                            world.tee.transport().secureObjects()));
            arguments.begin(target.context());
            request = new UserRequest(arguments);
            message.parse(buffer);
        }

        /** Afterwards the client uses its message for something else. */
        void call() {
            wait.begin(LONG);
            request.begin(target, 3);
            outcome = world.requests.call(request, wait);
            if (message.outputCount() == 1) {
                output = buffer.getLong(OUTPUT_AT);
                buffer.putLong(INPUT_AT, REUSED).putLong(OUTPUT_AT, REUSED);
            }
        }

        void check(boolean accepted, Errno failure) {
            require(outcome == (accepted ? 0 : -failure.number()), "accepted: " + accepted + ", outcome " + outcome);
            require(!accepted || Long.reverseBytes(output) == OUTPUT, "output " + output);
            require(buffer.getLong(OUTPUT_AT) == REUSED, "written to after the client went on");
        }
    }
}
