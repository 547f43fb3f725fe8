// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.Permissions;

/**
 * Which services of QTEE clients may open. A client environment opens any service for whoever holds it, so it is known which
 * objects are one: QTEE's root object, and what it or another one returned when a client registered. Judged is the message as QTEE
 * will see it, whatever the client does to its buffers meanwhile.
 *
 * <p>A context whose owner may not open all services cannot pass such an object to anybody either: a service that hands it back
 * would make another object of it, about which nothing is known.
 */
final class ServicePolicy {

    private static final int OP_OPEN = 0;

    private ServicePolicy() {}

    /** Whether the objects that an operation of a client environment returns are client environments. */
    static boolean registers(int op) {
        return op != OP_OPEN;
    }

    /**
     * An operation of a client environment.
     *
     * @param message what {@code buffer} holds
     * @throws TeeException EACCES if it opens a service that the owner of the context may not open
     */
    static void check(ContextHost host, int op, DirectMessage message, ByteBuffer buffer) throws TeeException {
        if (op == OP_OPEN) {
            host.requireService(
                    message.isWord() ? Integer.toUnsignedString(message.readWord(buffer)) : Permissions.ANY);
        }
    }
}
