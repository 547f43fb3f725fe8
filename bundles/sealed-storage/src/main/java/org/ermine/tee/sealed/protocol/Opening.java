// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * How an object of the TA is opened, for reading or for writing.
 *
 * @param operation of the application, in the client's own drawer
 * @param bind of the object: says what it is bound to
 * @param giveUp of the object: gives its room back at once
 * @param replySize bytes that the application answers
 */
public record Opening(int operation, int bind, int giveUp, int replySize) {

    public static final Opening READING = new Opening(
            SealedStorageProtocol.OP_OPEN, SealedStorageProtocol.READER_BIND, SealedStorageProtocol.READER_CLOSE, 20);

    // There already when an object is opened: to make them then might fail.
    private static final Opening REPLACING = of(WriteMode.REPLACING);
    private static final Opening NEW = of(WriteMode.NEW);

    private static Opening of(WriteMode mode) {
        return new Opening(mode.operation(), SealedStorageProtocol.WRITER_BIND, SealedStorageProtocol.WRITER_ABORT, 4);
    }

    public static Opening writing(WriteMode mode) {
        return mode == WriteMode.NEW ? NEW : REPLACING;
    }

    /** Of an object of an archive. */
    public static Opening restoring(WriteMode mode) {
        return writing(mode)
                .by(mode == WriteMode.NEW ? SealedStorageProtocol.OP_RESTORE_NEW : SealedStorageProtocol.OP_RESTORE);
    }

    /** The same by another operation. */
    public Opening by(int other) {
        return new Opening(other, bind, giveUp, replySize);
    }

    /** The same, in a drawer that is named. */
    public Opening inDrawer() {
        return by(Scope.inDrawer(operation));
    }
}
