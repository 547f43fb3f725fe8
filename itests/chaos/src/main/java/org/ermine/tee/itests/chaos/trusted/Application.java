// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.trusted;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.itests.chaos.ledger.Result;
import org.ermine.tee.itests.chaos.ledger.SecureSide;
import org.ermine.tee.itests.chaos.tee.Message;
import org.ermine.tee.itests.chaos.tee.Operations;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/** Carries out {@link Operations}. What the normal world says to its callbacks it passes on as a code of its own. */
final class Application implements TrustedObject {

    /** The secure world signs as no generation. */
    private static final int NOBODY = 0;

    private final TrustedEnvironment environment;
    private final SecureSide secure;

    Application(TrustedEnvironment environment, SecureSide secure) {
        this.environment = environment;
        this.secure = secure;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        try {
            switch (op) {
                case Operations.ECHO -> echo(arguments);
                case Operations.ASK_LISTENER -> askListener(arguments);
                case Operations.CALL_BACK -> callBack(arguments);
                case Operations.CREATE -> create(arguments);
                case Operations.MEMORY -> memory(arguments);
                case Operations.ASK_ANY -> askAny(arguments);
                case Operations.CALL_ANY -> callAny(arguments);
                default -> throw new TeeException(TeeResult.INVALID, "there is no operation " + op);
            }
        } catch (TeeException e) {
            throw e.result().isTransport()
                    ? new TeeException(TeeResult.of(Result.ofCallback(e.result().code())), e.getMessage())
                    : e;
        }
    }

    private Message read(ByteBuffer from) {
        Message message = Message.read(from);
        secure.reached(message.number());
        return message;
    }

    private void echo(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        read(arguments.input(0)).answer(arguments.output(0), NOBODY);
    }

    private void askListener(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer input = arguments.input(0);
        int listener = input.getInt();
        ByteBuffer message = Message.littleEndian(Math.max(input.remaining(), Message.ANSWER))
                .put(input.duplicate());
        read(input);
        environment.request(listener, message.flip(), Message.ANSWER);
        arguments.output(0).put(message.array(), 0, Message.ANSWER);
    }

    private void callBack(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 1, 0);
        ByteBuffer input = arguments.input(0);
        byte[] request = new byte[input.remaining()];
        input.duplicate().get(request);
        read(input);
        if (!(arguments.inputObject(0) instanceof NormalObject callback)) {
            throw new TeeException(TeeResult.INVALID, "there is no callback object");
        }
        byte[] answer = new byte[arguments.output(0).remaining()];
        Arguments call = new Arguments().in(request).out(answer);
        callback.invoke(0, call);
        arguments.output(0).put(answer, 0, call.size(1));
    }

    private void askAny(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 0, 0, 0);
        environment.request(arguments.input(0).getInt(), Message.littleEndian(Message.ANSWER), Message.ANSWER);
    }

    private void callAny(IncomingArguments arguments) throws TeeException {
        arguments.expect(0, 0, 1, 0);
        if (arguments.inputObject(0) instanceof NormalObject callback) {
            callback.invoke(0, new Arguments());
        }
    }

    private void create(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 1);
        read(arguments.input(0)).answer(arguments.output(0), NOBODY);
        secure.created();
        arguments.outputObject(0, new TrustedObject() {
            @Override
            public void invoke(int op, IncomingArguments own) throws TeeException {
                echo(own);
            }

            @Override
            public void released() {
                secure.released();
            }
        });
    }

    private void memory(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 0, 1, 0);
        if (!(arguments.inputObject(0) instanceof MemoryObject memory)) {
            throw new TeeException(TeeResult.INVALID, "there is no memory");
        }
        int size = arguments.input(0).getInt();
        try (MappedMemory mapping = memory.map()) {
            ByteBuffer view = mapping.buffer();
            Message message = read(view.duplicate().order(view.order()));
            message.answer(view.position(size - Message.ANSWER), NOBODY);
        }
    }
}
