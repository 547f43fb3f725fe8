// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.ClientObject;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.TrustedReference;

/** {@code IClientEnv} of a registered client: opens services for it. */
final class ClientEnvironment implements ClientObject {

    private static final int OPEN = 0;

    private final Client client;
    private final ServiceTable services;
    private final SecureHeap heap;

    ClientEnvironment(Client client, ServiceTable services, SecureHeap heap) {
        this.client = client;
        this.services = services;
        this.heap = heap;
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        if (op != OPEN) {
            throw new TeeException(TeeResult.INVALID, "IClientEnv operation " + op + " is for the root object");
        }
        arguments.expect(1, 0, 0, 1);
        Sizes.requireInput(arguments, 0, Integer.BYTES);
        int uid = arguments.input(0).getInt();
        if (!client.mayOpen(uid)) {
            throw new TeeException(ServiceTable.PRIVILEGE, "the client registered without service " + uid);
        }
        DomainObject service = services.open(uid, client.identity());
        try {
            arguments.outputObject(0, new TrustedReference(service));
        } finally {
            service.release();
        }
    }

    @Override
    public void released() {
        heap.free(SecureHeap.CLIENT);
        client.leave();
    }
}
