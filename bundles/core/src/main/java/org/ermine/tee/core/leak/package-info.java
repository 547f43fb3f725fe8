// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * TEE objects that clients lost without closing them: they are found, counted, told of with their owner, and released.
 *
 * <p>Knows the references that outlive their handles, and nothing of how they are kept. All of it belongs to the thread {@code
 * ermine-leaks-<device>}, save the count, which is an atomic.
 */
package org.ermine.tee.core.leak;
