// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.asking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.service.component.annotations.Component;

/** A trusted application that passes a message to the listener whose id comes first, and returns the answer. */
@Component
@QteeApplication(name = Relay.NAME)
public final class Relay implements TrustedApplication {

    static final String NAME = "org.ermine.tee.itests.relay";

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        return (op, arguments) -> relay(environment, arguments);
    }

    private static void relay(TrustedEnvironment environment, IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer input = arguments.input(0);
        int listener = input.getInt();
        ByteBuffer message = ByteBuffer.allocate(input.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(input);
        environment.request(listener, message.flip());
        arguments.output(0).put(message);
    }
}
