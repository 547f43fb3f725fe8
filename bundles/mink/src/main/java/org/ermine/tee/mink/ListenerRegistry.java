// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/**
 * QTEE's {@code IRegisterListenerCBO}: registers a listener of the normal world. The registration lasts until this is
 * closed.
 */
public final class ListenerRegistry implements AutoCloseable {

    public static final int OP_REGISTER = 0;

    public static final int ERROR_MAX_REGISTERED = 10;
    public static final int ERROR_ALIGNMENT = 11;
    public static final int ERROR_ID_IN_USE = 12;
    public static final int ERROR_ID_RESERVED = 13;

    /**
     * Operation of the callback object: a request stands in the shared memory. Output buffer 0 has 16 bytes, the
     * offsets of up to four memory objects that the message refers to; output buffer 1 has 4 bytes, whether these are
     * of 64 bits; the memory objects are four output objects.
     */
    public static final int CALLBACK_REQUEST = 0;
    /** Operation of the callback object: wait until the listener, which was busy, is free again. */
    public static final int CALLBACK_WAIT = 1;

    private static final int ERROR_VM_NOT_ALLOWED = 14;

    private static final ServiceErrors ERRORS = new ServiceErrors(Map.of(
            ERROR_MAX_REGISTERED,
            "the TEE has no room for another listener; of an emulated one that is option maxListeners of"
                    + " org.ermine.tee.qtee.emulator",
            ERROR_ALIGNMENT,
            "the memory does not begin and end on a page",
            ERROR_ID_IN_USE,
            "the id is registered already",
            ERROR_ID_RESERVED,
            "the id is reserved",
            ERROR_VM_NOT_ALLOWED,
            "the TEE does not let this virtual machine serve the id"));

    private final TeeObject object;

    private ListenerRegistry(TeeObject object) {
        this.object = object;
    }

    /** Opens the service. */
    public static ListenerRegistry open(ClientEnv environment) throws TeeException {
        return new ListenerRegistry(environment.open(QteeUid.REGISTER_LISTENER));
    }

    /**
     * Registers a listener.
     *
     * @param id the listener's id, for example 0xb
     * @param callback invoked with {@link #CALLBACK_REQUEST} and {@link #CALLBACK_WAIT}
     * @param messages where messages stand
     * @throws TeeException with one of the errors above
     */
    public void register(int id, CallbackObject callback, SharedMemory messages) throws TeeException {
        byte[] number =
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(id).array();
        ERRORS.inWords(
                "register listener 0x" + Integer.toHexString(id),
                () -> object.invoke(
                        OP_REGISTER, new Arguments().in(number).in(callback).in(messages)));
    }

    @Override
    public void close() {
        object.close();
    }
}
