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

/**
 * QTEE's {@code IClientEnv}: what a registered client opens services with.
 *
 * <p>It is an OSGi service with prototype scope, with the properties of the device's {@link TeeContext}. For each
 * bundle it is registered with QTEE in a context that this bundle owns. The service is present while callbacks are
 * served, without which no client can register, so a component that refers to it need not care for the order in which
 * bundles start. When the bundle stops or the component goes, the framework gives the service back, and everything that
 * was opened by it is closed. The service is not to be closed: closing it has no effect.
 */
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

    private final TeeContext context;
    private final TeeObject object;
    private final boolean closable;

    private ClientEnv(TeeContext context, TeeObject object, boolean closable) {
        this.context = context;
        this.object = object;
        this.closable = closable;
    }

    /**
     * Registers the owner of {@code context} as a client of QTEE, with the context's {@linkplain
     * TeeContext#credentials() credentials}.
     */
    public static ClientEnv register(TeeContext context) throws TeeException {
        return new ClientEnv(context, registered(context), true);
    }

    /**
     * Registers the owner of {@code context} for as long as the context is open: closing the result before has no
     * effect.
     */
    public static ClientEnv registerForGood(TeeContext context) throws TeeException {
        return new ClientEnv(context, registered(context), false);
    }

    private static TeeObject registered(TeeContext context) throws TeeException {
        Arguments arguments = new Arguments().in(context.credentials()).outObject();
        context.root().invoke(OP_REGISTER_AS_CLIENT, arguments);
        return arguments.teeObject(1);
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

    /** The context in which this client is registered, and in which it opens services. */
    public TeeContext context() {
        return context;
    }

    @Override
    public void close() {
        if (closable) {
            object.close();
        }
    }
}
