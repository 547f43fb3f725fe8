// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What clients register with and open: the root object, the environment of each client, and the trusted services by
 * UID.
 *
 * <p>Knows credentials, who may open what, and which service counts among several. Does not know where an invocation
 * comes from, nor where trusted services do. QTEE's services for listeners and for applications stand in packages of
 * their own.
 *
 * <p>The monitor of a {@link org.ermine.tee.qtee.emulator.service.Whiteboard} guards its entries; no service is called
 * with it held.
 */
package org.ermine.tee.qtee.emulator.service;
