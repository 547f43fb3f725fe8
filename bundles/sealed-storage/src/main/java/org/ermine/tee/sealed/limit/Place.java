// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.limit;

/** A place among the TA's open objects. It counts for a bundle's share until it is closed, once. */
public interface Place extends AutoCloseable {

    /** Who has most of the places, to be appended to an error that says that there is none left. */
    String largest();

    @Override
    void close();
}
