// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the other packages of core use, and what knows none of them: who owns something, how a failure of foreign code is told, how
 * objects are kept for reuse, and whom to ask for workers and to tell what happens.
 *
 * <p>Knows nothing of objects, calls or contexts. It takes no lock: a {@link org.ermine.tee.core.support.Pool} has a flag for each
 * object, and all else is immutable.
 */
package org.ermine.tee.core.support;
