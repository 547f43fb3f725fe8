// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import java.nio.ByteBuffer;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.service.component.annotations.Component;

/** The trusted application in the page for authors of the trusted side. */
@Component
@QteeApplication(name = "wrapper")
public final class Wrapper implements TrustedApplication {
    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        byte[] key = environment.deriveKey("wrapping");
        return (op, arguments) -> wrap(key, arguments);
    }

    private static void wrap(byte[] key, IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer data = arguments.input(0);
        for (int i = 0; data.hasRemaining(); i++) {
            arguments.output(0).put((byte) (data.get() ^ key[i % key.length]));
        }
    }
}
