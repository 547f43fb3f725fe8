// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the secure world keeps when it is switched off: the device key, and the counters of applications.
 *
 * <p>Knows files, their forms and how they become durable. Does not know applications: a name comes with each request.
 * Nor does it know the normal world, or that it is emulated for one.
 *
 * <p>The monitor of {@link org.ermine.tee.qtee.emulator.state.SecureState} guards the directory and all that is in it;
 * files are read and written under it, and no foreign code is called. A lock of the directory keeps other emulators
 * out, those of this process as well as those of others.
 */
package org.ermine.tee.qtee.emulator.state;
