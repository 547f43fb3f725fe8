// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** QTEE's {@code IClientEnv}: what a registered client opens services with. */
public final class ClientEnv implements AutoCloseable {

    /** {@code IClientEnv.open}. */
    public static final int OP_OPEN = 0;
    /** {@code IClientEnv.registerAsClient}. */
    public static final int OP_REGISTER_AS_CLIENT = 2;

    /** Error of {@link #open}: there is no service with this UID. */
    public static final int ERROR_NOT_FOUND = 10;
    /** Error of {@link #open}: this client may not open the service. */
    public static final int ERROR_PRIVILEGE = 11;
    /** Error of {@link #open}: the service is not supported. */
    public static final int ERROR_NOT_SUPPORTED = 12;

    private static final ServiceErrors ERRORS = new ServiceErrors(Map.of(
            ERROR_NOT_FOUND,
            "the TEE has no such service",
            ERROR_PRIVILEGE,
            "this client may not open it",
            ERROR_NOT_SUPPORTED,
            "the TEE does not support it"));

    private final TeeObject object;

    private ClientEnv(TeeObject object) {
        this.object = object;
    }

    /**
     * Registers the owner of {@code context} as a client of QTEE, with the context's {@linkplain
     * TeeContext#credentials() credentials}.
     */
    public static ClientEnv register(TeeContext context) throws TeeException {
        Arguments arguments = new Arguments().in(context.credentials()).outObject();
        context.root().invoke(OP_REGISTER_AS_CLIENT, arguments);
        return new ClientEnv(arguments.teeObject(1));
    }

    /**
     * Opens a service. The caller closes the object.
     *
     * @throws TeeException with {@link #ERROR_NOT_FOUND}, {@link #ERROR_PRIVILEGE} or {@link #ERROR_NOT_SUPPORTED}
     */
    public TeeObject open(int uid) throws TeeException {
        byte[] id = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(uid)
                .array();
        Arguments arguments = new Arguments().in(id).outObject();
        ERRORS.inWords("open service " + Integer.toUnsignedString(uid), () -> object.invoke(OP_OPEN, arguments));
        return arguments.teeObject(1);
    }

    @Override
    public void close() {
        object.close();
    }
}
