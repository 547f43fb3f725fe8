// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.Arguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A reference to a callback object that the normal world hosts. Whoever gets one as an argument borrows it; {@link
 * #duplicate()} makes one to keep, to be closed on its own. Closing twice is harmless.
 */
@ProviderType
public interface NormalObject extends ObjectReference, AutoCloseable {

    /**
     * Invokes an operation of the callback object. The message may hold 4 KiB altogether.
     *
     * @throws TeeException with the result: the callback object's own; DEFUNCT if its host is gone; ABORT if the
     *     calling thread does not carry out an invocation by the normal world; MAXDATA, MAXARGS if the message would
     *     not fit
     */
    void invoke(int op, Arguments arguments) throws TeeException;

    NormalObject duplicate();

    @Override
    void close();
}
