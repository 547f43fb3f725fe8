// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.ermine.tee.spi.TeeParams;

/** Makes parameters, one call for each. */
final class Params {

    private final TeeParams params = new TeeParams(TeeParams.MAX);

    static TeeParams none() {
        return new Params().build();
    }

    Params in(String hex) {
        return in(Hex.bytes(hex));
    }

    Params in(byte[] bytes) {
        params.add().buffer(Type.UBUF_INPUT, bytes, 0, bytes.length);
        return this;
    }

    Params out(int size) {
        params.add().buffer(Type.UBUF_OUTPUT, new byte[size], 0, size);
        return this;
    }

    Params out(ByteBuffer room) {
        params.add().buffer(Type.UBUF_OUTPUT, room, 0, room.capacity());
        return this;
    }

    Params object(long id, int flags) {
        params.add().object(Type.OBJREF_INPUT, id, flags);
        return this;
    }

    Params tee(long id) {
        return object(id, TeeParam.FLAG_TEE);
    }

    Params user(long id) {
        return object(id, TeeParam.FLAG_USER);
    }

    Params memory(long id) {
        return object(id, TeeParam.FLAG_MEM);
    }

    Params nullObject() {
        return object(DriverContext.NULL, 0);
    }

    Params objectOut() {
        params.add().object(Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
        return this;
    }

    Params of(Type type) {
        params.add().value(type, 0, 0, 0);
        return this;
    }

    TeeParams build() {
        return params;
    }

    /** What stands in an output. */
    static String hex(TeeParam param) {
        ByteBuffer view = param.view();
        return Hex.of(view, view.capacity());
    }
}
