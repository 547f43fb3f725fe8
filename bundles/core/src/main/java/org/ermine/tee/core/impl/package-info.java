// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Devices, contexts, reference counts and the checks in front of every driver.
 *
 * <p>Needs a {@code TeeDriver}; offers a device and the context services for each.
 */
package org.ermine.tee.core.impl;
