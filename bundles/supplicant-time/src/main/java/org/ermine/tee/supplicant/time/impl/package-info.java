// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Tells the secure world the time.
 */
package org.ermine.tee.supplicant.time.impl;
