// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Hashtable;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A trusted application that makes the normal world work for it, as a test tells it to. */
final class ProbeApplication implements TrustedApplication {

    static final String APPLICATION = "org.example.probe";

    /** Input: u32 listener id, then the message. Output: the answer. */
    static final int OP_ASK_LISTENER = 0;

    /** Input: bytes; input object: a callback object, whose operation 7 gets the bytes. Output: its answer. */
    static final int OP_CALL_BACK = 1;

    static ServiceRegistration<TrustedApplication> register(BundleContext context) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(TrustedApplication.NAME, APPLICATION);
        return context.registerService(TrustedApplication.class, new ProbeApplication(), properties);
    }

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        return (op, arguments) -> {
            switch (op) {
                case OP_ASK_LISTENER -> askListener(environment, arguments);
                case OP_CALL_BACK -> callBack(arguments);
                default -> throw new TeeException(TeeResult.INVALID, "no operation " + op);
            }
        };
    }

    private static void askListener(TrustedEnvironment environment, IncomingArguments arguments) throws TeeException {
        ByteBuffer input = arguments.input(0);
        int listener = input.getInt();
        ByteBuffer message = ByteBuffer.allocate(input.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        message.put(input).flip();
        environment.request(listener, message);
        arguments.output(0).put(message);
    }

    private static void callBack(IncomingArguments arguments) throws TeeException {
        if (!(arguments.inputObject(0) instanceof NormalObject callback)) {
            throw new TeeException(TeeResult.INVALID, "no callback object");
        }
        byte[] bytes = new byte[arguments.input(0).remaining()];
        arguments.input(0).get(bytes);
        byte[] room = new byte[arguments.output(0).remaining()];
        Arguments call = new Arguments().in(bytes).out(room);
        callback.invoke(7, call);
        arguments.output(0).put(room, 0, call.size(1));
    }
}
