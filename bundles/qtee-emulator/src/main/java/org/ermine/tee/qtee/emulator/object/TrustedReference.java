// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.Results;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Stands for an object of another domain. It keeps nothing alive: it answers DEFUNCT once nobody holds the object any more, or
 * its domain ended.
 */
public final class TrustedReference implements TrustedObject {

    private final HostedObject hosted;

    public TrustedReference(HostedObject hosted) {
        this.hosted = hosted;
    }

    /** An object for code of {@code user}: itself within its own domain, a stand-in for all others. */
    public static TrustedObject visible(HostedObject hosted, Domain user) {
        TrustedObject own = hosted.object();
        return user == hosted.domain() && own != null ? own : new TrustedReference(hosted);
    }

    public HostedObject hosted() {
        return hosted;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        int result = Results.DEFUNCT;
        if (hosted.hold()) {
            try {
                TrustedObject object = hosted.object();
                if (object != null) {
                    result = invoke(object, op, arguments);
                }
            } finally {
                hosted.drop();
            }
        }
        if (result != Results.OK) {
            throw new TeeException(TeeResult.of(result), hosted.domain() + ": operation " + op + " failed");
        }
    }

    private int invoke(TrustedObject object, int op, IncomingArguments arguments) throws TeeException {
        Domain domain = hosted.domain();
        if (arguments instanceof InPlaceArguments shown && shown.areInPlace() && !Border.takesInPlace(domain, object)) {
            throw new TeeException(
                    TeeResult.INVALID,
                    domain + ": operation " + op + " is passed a buffer in memory that the normal world shares, and the"
                            + " object takes none in place");
        }
        domain.objects().invokedByOthers();
        return Border.invoke(domain, object, op, arguments);
    }
}
