// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.argument.OutgoingObjects;
import org.ermine.tee.qcomtee.message.DirectMessage;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.policy.Permissions;

/**
 * Under which identity clients may register with QTEE, and which of its services they may open. A client environment
 * opens any service for whoever holds it, so it is known which objects are one: QTEE's root object, and what it or
 * another one returned when a client registered. What is checked is the message as QTEE will see it, whatever the
 * client does to its buffers meanwhile.
 *
 * <p>A context whose owner may not open all services, or not register for others, cannot pass such an object to anybody
 * either: a service that hands it back would make another object of it, about which nothing is known.
 */
public final class ServicePolicy {

    private static final int OP_OPEN = 0;
    private static final int OP_REGISTER_LEGACY = 1;
    private static final int OP_REGISTER_AS_CLIENT = 2;
    private static final int OP_REGISTER_WITH_WHITELIST = 3;
    private static final int OP_REGISTER_WITH_CREDENTIALS = 5;

    private ServicePolicy() {}

    /** Whether the objects that an operation of a client environment returns are client environments. */
    static boolean registers(int op) {
        return op != OP_OPEN;
    }

    /**
     * An operation of a client environment.
     *
     * @param message what {@code buffer} holds
     * @param objects its input objects
     * @throws TeeException EACCES if it opens a service that the owner of the context may not open, or registers under
     *     an identity that is not the owner's
     */
    static void check(CallingContext client, int op, DirectMessage message, ByteBuffer buffer, OutgoingObjects objects)
            throws TeeException {
        ContextHost host = client.host();
        switch (op) {
            case OP_OPEN ->
                host.requireService(
                        message.isWord() ? Integer.toUnsignedString(message.readWord(buffer)) : Permissions.ANY);
            case OP_REGISTER_LEGACY -> host.requireIdentity(DriverContext.NULL);
            case OP_REGISTER_AS_CLIENT, OP_REGISTER_WITH_WHITELIST, OP_REGISTER_WITH_CREDENTIALS ->
                host.requireIdentity(
                        message.inputObjectCount() == 1 ? objects.userObject(0, client.objects()) : DriverContext.NULL);
            default -> {
                // All others neither open nor register.
            }
        }
    }
}
