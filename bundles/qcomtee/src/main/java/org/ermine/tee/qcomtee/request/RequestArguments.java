// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import org.ermine.tee.TeeException;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/**
 * The arguments of a request, as far as a queue of requests has to do with them. Owned by one thread at a time, see
 * {@link HandOver}.
 */
public interface RequestArguments {

    /**
     * Looks at sizes alone, so it needs no ownership.
     *
     * @throws TeeException EINVAL if the receiver has too little room
     */
    void requireRoom(SupplicantRequest receiver) throws TeeException;

    /**
     * Copies the arguments to a receiver, which gets the input objects. To be followed by {@link #keepInputs} or
     * {@link #takeInputsBack}.
     *
     * @throws TeeException if an object cannot be given to the context
     */
    void prepareArguments(SupplicantRequest receiver) throws TeeException;

    /** The receiver has the input objects for good. */
    void keepInputs(SupplicantRequest receiver);

    /** The receiver does not get the request: its input objects are the client's again. */
    void takeInputsBack();

    /**
     * Takes the outputs of an answer over.
     *
     * @throws TeeException EINVAL if the parameters do not fit the request; nothing was taken then
     */
    void updateMessage(TeeParams answer) throws TeeException;
}
