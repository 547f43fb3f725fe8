// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** QTEE's feature versions. */
public final class FeatureVersions implements AutoCloseable {

    public static final int OP_GET = 0;

    /** Feature id of QTEE itself. */
    public static final int QTEE = 10;

    private final TeeObject object;

    private FeatureVersions(TeeObject object) {
        this.object = object;
    }

    /** Opens the service. */
    public static FeatureVersions open(ClientEnv environment) throws TeeException {
        return new FeatureVersions(environment.open(QteeUid.FEATURE_VERSIONS));
    }

    /** The version of a feature as QTEE codes it: major in bits 22 to 29, minor in 12 to 19, patch in 0 to 11. */
    public int get(int feature) throws TeeException {
        byte[] id = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(feature)
                .array();
        ByteBuffer version = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        Arguments arguments = new Arguments().in(id).out(version);
        object.invoke(OP_GET, arguments);
        Replies.requireSize(arguments, 1, 4);
        return version.getInt(0);
    }

    /** A version in words, for example {@code 5.2.0}. */
    public static String format(int version) {
        return (version >>> 22 & 0xff) + "." + (version >>> 12 & 0xff) + "." + (version & 0xfff);
    }

    @Override
    public void close() {
        object.close();
    }
}
