// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

/** A place among the TA's open objects. It counts for a bundle's share until it is closed, once. */
@FunctionalInterface
interface Place extends AutoCloseable {

    @Override
    void close();
}
