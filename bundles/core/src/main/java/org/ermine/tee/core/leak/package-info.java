// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Finds TEE objects that clients lost without closing them, counts and logs them with their owner, and releases them.
 *
 * <p>The package knows the references that outlive their handles, and nothing of how they are kept. All of its state
 * belongs to the thread {@code ermine-leaks-<device>}, except the count, which is an atomic.
 */
package org.ermine.tee.core.leak;
