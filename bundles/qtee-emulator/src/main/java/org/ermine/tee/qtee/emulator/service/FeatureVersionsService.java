// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/** UID 2033: which version QTEE has. Every client gets the same object. */
public final class FeatureVersionsService implements TrustedService, TrustedObject {

    public static final int UID = 2033;

    private static final int GET = 0;
    private static final int FEATURE_QTEE = 10;

    private final int version;

    /** @param version of QTEE: major in bits 22 to 29, minor in 12 to 19, patch in 0 to 11 */
    public FeatureVersionsService(int version) {
        this.version = version;
    }

    @Override
    public TrustedObject open(TrustedClient client) {
        return this;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        if (op != GET) {
            throw new TeeException(TeeResult.INVALID, "feature versions have no operation " + op);
        }
        arguments.expect(1, 1, 0, 0);
        Sizes.requireInput(arguments, 0, Integer.BYTES);
        Sizes.requireOutput(arguments, 0, Integer.BYTES);
        int feature = arguments.input(0).getInt();
        if (feature != FEATURE_QTEE) {
            throw new TeeException(TeeResult.INVALID, "there is no feature " + Integer.toUnsignedString(feature));
        }
        arguments.output(0).putInt(version);
    }
}
