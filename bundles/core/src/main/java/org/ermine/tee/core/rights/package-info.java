// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the owner of a context may do, and as whom it does that: which services of the TEE it may open, and which identity it registers
 * with.
 *
 * <p>Knows what was permitted once, so that it can be judged again when permissions change. Does not know who judges. Each thing is
 * judged before it is noted and after, so that no lock is needed.
 */
package org.ermine.tee.core.rights;
