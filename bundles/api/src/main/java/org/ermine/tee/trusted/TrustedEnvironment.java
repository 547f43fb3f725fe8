// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ProviderType;

/** What the secure world offers to a TA while it is loaded. Thread safe. */
@ProviderType
public interface TrustedEnvironment {

    /** The TA's name. */
    String name();

    /**
     * The client of the normal world whose invocation the calling thread carries out, for what the TA shares out among
     * its clients. Two contexts of one bundle are equal clients.
     *
     * @return empty where the calling thread carries no invocation of this TA out: in {@link TrustedObject#released()},
     *     unless it is called in the course of one, and while an object is asked {@linkplain
     *     TrustedObject#takesLargeBuffersInPlace how it takes buffers}
     */
    Optional<TrustedClient> client();

    /**
     * Derives a key from the device key, the identity of the TA and {@code purpose}: the same each time on the same
     * device, and known to no other TA.
     *
     * @param purpose any text; another purpose gives an independent key
     * @return 32 bytes, a new array
     */
    byte[] deriveKey(String purpose);

    /**
     * A counter of this TA in persistent secure state, which the normal world cannot turn back. 0 when never advanced.
     *
     * @throws TeeException ERROR if the secure state cannot be read
     */
    long counter(String name) throws TeeException;

    /**
     * Advances a counter; durable when this returns.
     *
     * @param value greater than the present one
     * @throws TeeException INVALID if it is not, ERROR if the secure state cannot be written: with {@link
     *     org.ermine.tee.Errno#ENOSPC} if there is no room for it
     */
    void advance(String name, long value) throws TeeException;

    /**
     * Asks the normal world through a listener. Requests to one listener are made one after another.
     *
     * @param listener the id, for example 0x7000 for GlobalPlatform file storage
     * @param message from position 0 to limit what is sent. Position and limit stay
     * @param answer bytes of the answer that overwrite the message's first ones, at most its capacity
     * @throws TeeException with the listener's result; UNAVAIL if no such listener is registered, SIZE_IN if the
     *     message is larger than the listener's memory, ABORT outside an invocation by the normal world
     */
    void request(int listener, ByteBuffer message, int answer) throws TeeException;

    /** Sends a request whose answer is as long as the message. */
    default void request(int listener, ByteBuffer message) throws TeeException {
        request(listener, message, message.limit());
    }

    /**
     * Opens a trusted service for the TA.
     *
     * @throws TeeException as {@code IClientEnv.open}: 10 if there is none with this UID
     */
    TrustedObject open(int uid) throws TeeException;
}
