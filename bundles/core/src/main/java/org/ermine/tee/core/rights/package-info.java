// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the owner of a context may do, and as whom: which services of the TEE it may open, and under which identity it
 * registers.
 *
 * <p>The package notes what was permitted, so that it can be checked again when permissions change. It does not know by
 * which policy. Each thing is checked before it is noted and once more afterwards, so that no lock is needed.
 */
package org.ermine.tee.core.rights;
