// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Stands for an object of another domain. It keeps nothing alive: it answers DEFUNCT once nobody holds the object any
 * more, or its domain ended.
 */
public final class TrustedReference implements TrustedObject {

    private final DomainObject hosted;

    public TrustedReference(DomainObject hosted) {
        this.hosted = hosted;
    }

    /** An object for code of {@code user}: itself within its own domain, a stand-in for all others. */
    public static TrustedObject visible(DomainObject hosted, Domain user) {
        TrustedObject own = hosted.object();
        return user == hosted.domain() && own != null ? own : new TrustedReference(hosted);
    }

    public DomainObject hosted() {
        return hosted;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        int result = ResultCodes.DEFUNCT;
        if (hosted.tryRetain()) {
            try {
                TrustedObject object = hosted.object();
                if (object != null) {
                    result = carryOut(object, op, arguments);
                }
            } finally {
                hosted.release();
            }
        }
        if (result != ResultCodes.OK) {
            throw new TeeException(TeeResult.of(result), hosted.domain() + ": operation " + op + " failed");
        }
    }

    private int carryOut(TrustedObject object, int op, IncomingArguments arguments) throws TeeException {
        Domain domain = hosted.domain();
        if (arguments instanceof InPlaceArguments shown
                && shown.areInPlace()
                && !TrustedCode.takesInPlace(domain, object)) {
            throw new TeeException(
                    TeeResult.INVALID,
                    domain + ": operation " + op + " is passed a buffer in memory that the normal world shares, and the"
                            + " object takes none in place");
        }
        domain.objects().invokedByOthers();
        return TrustedCode.carryOut(domain, object, op, arguments);
    }
}
