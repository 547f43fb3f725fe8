// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

/** Something of the normal world, or of another domain, that a domain holds and gives back. Closing twice is harmless. */
interface Resource {

    void close();
}
