// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What all other packages of core use, and what depends on none of them: who owns something, how a failure of foreign
 * code is reported, how objects are kept for reuse, which workers to ask, and which observer to tell.
 *
 * <p>The package knows nothing of objects, calls or contexts. It takes no lock: a
 * {@link org.ermine.tee.core.support.Pool} has a flag for each object, and everything else is immutable.
 */
package org.ermine.tee.core.support;
