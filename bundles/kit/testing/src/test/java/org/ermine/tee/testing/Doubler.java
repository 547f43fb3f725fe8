// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;

/** A handler to be tested: command 1 doubles the second word. */
@TeeListener(id = Doubler.LISTENER, bufferSize = 4096)
final class Doubler implements ListenerHandler {

    static final int LISTENER = 0x4001;

    @Override
    public void handle(ByteBuffer message) throws TeeException {
        if (message.getInt(0) != 1) {
            throw new TeeException(TeeResult.of(11), "no command " + message.getInt(0));
        }
        message.putInt(4, 2 * message.getInt(4));
    }
}
