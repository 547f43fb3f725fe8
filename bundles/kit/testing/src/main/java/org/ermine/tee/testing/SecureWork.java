// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.util.List;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.TrustedEnvironment;

/** What a test does in the place of a trusted application, with {@link InMemoryTee#inSecureWorld}. */
@FunctionalInterface
public interface SecureWork {

    /**
     * Runs in the course of an invocation by the normal world, which can be called back from here.
     *
     * @param environment of a trusted application
     * @param objects those that were passed, as the secure world has them: valid until this returns
     */
    void run(TrustedEnvironment environment, List<ObjectReference> objects) throws TeeException;
}
