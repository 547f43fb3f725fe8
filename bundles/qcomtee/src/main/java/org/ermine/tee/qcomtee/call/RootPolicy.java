// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.message.WireNames;

/**
 * What clients may not ask of QTEE's root object. It is checked by the message as QTEE will see it, not by the order in
 * which the client named its parameters.
 */
final class RootPolicy {

    private static final int OP_NOTIFY_DOMAIN_CHANGE = 4;
    private static final int OP_REGISTER_WITH_CREDENTIALS = 5;
    private static final int OP_ADCI_ACCEPT = 8;
    private static final int OP_ADCI_SHUTDOWN = 9;

    private RootPolicy() {}

    /**
     * @param inputObjects how many input objects the message has
     * @param objects their names
     */
    static void check(int op, int inputObjects, WireNames objects) throws TeeException {
        switch (op) {
            case OP_NOTIFY_DOMAIN_CHANGE, OP_ADCI_ACCEPT, OP_ADCI_SHUTDOWN ->
                throw new TeeException(Errno.EINVAL, "operation " + op + " of the root object is not for clients");
            case OP_REGISTER_WITH_CREDENTIALS -> requireCredentials(inputObjects, objects);
            default -> {
                // QTEE itself decides on all others.
            }
        }
    }

    /** Without credentials QTEE takes the caller for the driver itself. */
    private static void requireCredentials(int inputObjects, WireNames objects) throws TeeException {
        boolean given = inputObjects > 0;
        for (int i = 0; i < inputObjects; i++) {
            given &= objects.name(i) != Wire.OBJECT_NULL;
        }
        if (!given) {
            throw new TeeException(Errno.EINVAL, "operation 5 of the root object needs a credentials object");
        }
    }
}
