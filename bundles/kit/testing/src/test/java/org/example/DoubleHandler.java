// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.osgi.service.component.annotations.Component;

/** The handler in the page for authors of handlers. */
@Component
@TeeListener(id = 0x4000, bufferSize = 4096)
public class DoubleHandler implements ListenerHandler {
    @Override
    public void handle(ByteBuffer message) throws TeeException {
        if (message.getInt(0) != 1) {
            throw new TeeException(TeeResult.INVALID, "no command " + message.getInt(0));
        }
        message.putInt(4, 2 * message.getInt(4));
    }
}
