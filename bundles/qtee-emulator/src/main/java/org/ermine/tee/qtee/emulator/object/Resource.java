// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

/**
 * Something of the normal world, or of another domain, that a domain holds and gives back. Closing twice is harmless.
 */
public interface Resource {

    void close();
}
