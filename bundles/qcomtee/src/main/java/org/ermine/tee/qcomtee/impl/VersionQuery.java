// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam.Type;
import org.ermine.tee.spi.TeeParams;

/**
 * Asks QTEE for its version, as the Linux driver does when it starts: registers as the driver itself, without
 * credentials, and opens the service that knows the versions of features.
 */
final class VersionQuery {

    private static final int OP_REGISTER_WITH_CREDENTIALS = 5;
    private static final int OP_OPEN = 0;
    private static final int UID_FEATURE_VERSIONS = 2033;
    private static final int OP_GET = 0;
    private static final int FEATURE_QTEE = 10;

    private final DriverContext context;
    private final TeeParams params = new TeeParams(2);

    VersionQuery(DriverContext context) {
        this.context = context;
    }

    /** For example {@code 5.2.0}. */
    String query() throws TeeException {
        params.add().object(Type.OBJREF_INPUT, DriverContext.NULL, 0);
        long environment = open(DriverContext.NULL, OP_REGISTER_WITH_CREDENTIALS);
        try {
            input(UID_FEATURE_VERSIONS);
            long service = open(environment, OP_OPEN);
            try {
                return get(service);
            } finally {
                release(service);
            }
        } finally {
            release(environment);
        }
    }

    private void input(int value) {
        params.clear();
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
        params.add().buffer(Type.UBUF_INPUT, bytes, 0, bytes.length);
    }

    private long open(long target, int op) throws TeeException {
        params.add().object(Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
        call(target, op);
        return params.get(1).objectId();
    }

    private String get(long service) throws TeeException {
        input(FEATURE_QTEE);
        ByteBuffer answer = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        params.add().buffer(Type.UBUF_OUTPUT, answer, 0, Integer.BYTES);
        call(service, OP_GET);
        if (params.get(1).size() != Integer.BYTES) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "the version has " + params.get(1).size() + " bytes, not 4");
        }
        int version = answer.getInt(0);
        return (version >>> 22 & 0xff) + "." + (version >>> 12 & 0xff) + "." + (version & 0xfff);
    }

    private void call(long target, int op) throws TeeException {
        int result = context.invoke(target, op, params, Long.MAX_VALUE);
        if (result != 0) {
            TeeResult answer = TeeResult.of(result);
            throw new TeeException(answer, "operation " + op + " on object " + target + ": " + answer);
        }
    }

    private void release(long object) throws TeeException {
        params.clear();
        context.invoke(object, DriverContext.OP_RELEASE, params, Long.MAX_VALUE);
    }
}
