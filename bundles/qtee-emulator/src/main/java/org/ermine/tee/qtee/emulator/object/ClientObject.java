// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import org.ermine.tee.trusted.TrustedObject;

/**
 * An object that is one client's own, whoever invoked what returns it: the environment of a client that has just
 * registered.
 */
public interface ClientObject extends TrustedObject {

    Client client();
}
