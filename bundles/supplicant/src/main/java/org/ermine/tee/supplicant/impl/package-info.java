// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Supplicant workers, the whiteboard of handlers, and their replacement while the system runs.
 */
package org.ermine.tee.supplicant.impl;
