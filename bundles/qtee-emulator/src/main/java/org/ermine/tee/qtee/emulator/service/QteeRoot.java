// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;

/**
 * The root object: {@code IClientEnv} for those who have not registered yet. It opens no service, it registers clients.
 */
public final class QteeRoot implements TrustedObject {

    private static final int OPEN = 0;
    private static final int REGISTER_LEGACY = 1;
    private static final int REGISTER_AS_CLIENT = 2;
    private static final int REGISTER_WITH_WHITELIST = 3;
    private static final int REGISTER_WITH_CREDENTIALS = 5;
    private static final int LOAD_COMMON_LIBRARY = 6;
    private static final int CONFIGURE_TA_REGION = 7;
    private static final int TA_REGION_SIZE = 12;

    private static final TeeResult COMMONLIBS_ALREADY_LOADED = TeeResult.of(10);
    private static final TeeResult APP_REGION_ALREADY_SET = TeeResult.of(11);

    /** The normal world's kernel: it alone may register without credentials. */
    private static final TrustedClient KERNEL = new TrustedClient(0, "kernel");

    private final ServiceTable services;
    private final SecureHeap heap;
    private final OwnerShares shares;
    private final RepeatLog problems;

    /**
     * @param shares what clients have of the objects
     * @param problems where to tell of what a client can repeat
     */
    public QteeRoot(ServiceTable services, SecureHeap heap, OwnerShares shares, RepeatLog problems) {
        this.problems = problems;
        this.services = services;
        this.shares = shares;
        this.heap = heap;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case OPEN -> {
                arguments.expect(1, 0, 0, 1);
                throw new TeeException(ServiceTable.PRIVILEGE, "only a registered client may open a service");
            }
            case REGISTER_LEGACY -> {
                arguments.expect(1, 0, 0, 1);
                register(arguments, CredentialsMap.parse(arguments.input(0)).client(), null);
            }
            case REGISTER_AS_CLIENT -> {
                arguments.expect(0, 0, 1, 1);
                register(arguments, CredentialsReader.readIo(credentials(arguments)), null);
            }
            case REGISTER_WITH_WHITELIST -> {
                arguments.expect(1, 0, 1, 1);
                Set<Integer> allowed = uids(arguments.input(0));
                register(arguments, CredentialsReader.readIo(credentials(arguments)), allowed);
            }
            case REGISTER_WITH_CREDENTIALS -> {
                arguments.expect(0, 0, 1, 1);
                boolean kernel = arguments.inputObject(0) == null;
                register(arguments, kernel ? KERNEL : CredentialsReader.readProperties(credentials(arguments)), null);
            }
            case LOAD_COMMON_LIBRARY -> {
                arguments.expect(1, 0, 0, 0);
                throw new TeeException(COMMONLIBS_ALREADY_LOADED, "the emulator has its libraries");
            }
            case CONFIGURE_TA_REGION -> {
                arguments.expect(1, 0, 0, 0);
                Sizes.requireInput(arguments, 0, TA_REGION_SIZE);
                throw new TeeException(APP_REGION_ALREADY_SET, "the emulator needs no region for applications");
            }
            default -> throw new TeeException(TeeResult.INVALID, "IClientEnv operation " + op + " is not for this TEE");
        }
    }

    private void register(IncomingArguments arguments, TrustedClient identity, Set<Integer> allowed)
            throws TeeException {
        Client client = Client.enter(identity, allowed, shares, problems);
        ClientEnvironment environment = null;
        try {
            heap.allocate(SecureHeap.CLIENT);
            environment = new ClientEnvironment(client, services, heap);
        } finally {
            if (environment == null) {
                client.leave();
            }
        }
        arguments.outputObject(0, environment);
    }

    private static NormalObject credentials(IncomingArguments arguments) throws TeeException {
        if (arguments.inputObject(0) instanceof NormalObject credentials) {
            return credentials;
        }
        throw new TeeException(TeeResult.INVALID, "the credentials are no object of the normal world");
    }

    private static Set<Integer> uids(ByteBuffer list) throws TeeException {
        if (list.remaining() % Integer.BYTES != 0) {
            throw new TeeException(TeeResult.SIZE_IN, list.remaining() + " bytes are no list of UIDs");
        }
        Set<Integer> uids = new HashSet<>();
        while (list.hasRemaining()) {
            uids.add(list.getInt());
        }
        return uids;
    }
}
