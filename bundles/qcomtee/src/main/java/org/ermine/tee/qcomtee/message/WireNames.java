// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

/** The names of the objects of a message: their ids on the wire, by their number in it. */
public interface WireNames {

    /** The id on the wire of object {@code index}; {@link Wire#OBJECT_NULL} if there is none. */
    int name(int index);
}
