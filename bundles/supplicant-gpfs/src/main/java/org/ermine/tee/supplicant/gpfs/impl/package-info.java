// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps GlobalPlatform files for the secure world.
 */
package org.ermine.tee.supplicant.gpfs.impl;
