// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * How much memory may be shared: the options, the limits that they mean, and what was taken from the JVM of the whole.
 */
package org.ermine.tee.shm.limit;
