// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.fakes.FakeTeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.QteeUid;

/** Objects that answer as those of a QTEE with some of the public services: version 5.2.0 and a heap of 4 KiB. */
final class FakeQtee {

    private final int[] uids;

    FakeQtee(int... uids) {
        this.uids = uids;
    }

    TeeObject root() {
        TeeObject environment = new FakeTeeObject((op, arguments) -> open(arguments));
        return new FakeTeeObject((op, arguments) -> ArgumentAccess.returned(arguments, 1, environment));
    }

    private void open(Arguments arguments) throws TeeException {
        int uid = ByteBuffer.wrap(ArgumentAccess.array(arguments, 0))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        if (Arrays.stream(uids).noneMatch(offered -> offered == uid)) {
            throw new TeeException(TeeResult.of(ClientEnv.ERROR_NOT_FOUND), "no service " + uid);
        }
        ArgumentAccess.returned(arguments, 1, service(uid));
    }

    private static TeeObject service(int uid) {
        return switch (uid) {
            case QteeUid.FEATURE_VERSIONS ->
                new FakeTeeObject((op, arguments) -> write(arguments, 1, 5 << 22 | 2 << 12));
            case QteeUid.DIAGNOSTICS ->
                new FakeTeeObject((op, arguments) -> write(arguments, 0, 4096, 1024, 3072, 0, 0, 2048));
            default -> new FakeTeeObject((op, arguments) -> {});
        };
    }

    private static void write(Arguments arguments, int index, int... words) {
        ByteBuffer room =
                ArgumentAccess.byteBuffer(arguments, index).duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(words).forEach(room::putInt);
        ArgumentAccess.written(arguments, index, words.length * Integer.BYTES);
    }
}
