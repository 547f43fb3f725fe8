// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.files;

/**
 * Names a file of the normal world.
 *
 * @param durability when what is written to it is safe from a loss of power
 * @param name its path below the root of that kind of files
 */
public record StoredFile(Durability durability, String name) {

    /** What the names of all files of the TA begin with. */
    public static final String PREFIX = "ermine.sealed-";

    /** The two kinds of files of GlobalPlatform file storage. */
    enum Durability {
        /**
         * As soon as a later operation on a persistent file was answered. Until then changes may be lost, partly, in
         * any order.
         */
        DEFERRED(4),
        /** As soon as an operation on it was answered. */
        PERSISTENT(8);

        private final int readCommand;

        Durability(int readCommand) {
            this.readCommand = readCommand;
        }
    }

    public static StoredFile deferred(String name) {
        return new StoredFile(Durability.DEFERRED, name);
    }

    public static StoredFile persistent(String name) {
        return new StoredFile(Durability.PERSISTENT, name);
    }

    int readCommand() {
        return durability.readCommand;
    }

    int writeCommand() {
        return durability.readCommand + 1;
    }

    int removeCommand() {
        return durability.readCommand + 2;
    }

    @Override
    public String toString() {
        return name;
    }
}
