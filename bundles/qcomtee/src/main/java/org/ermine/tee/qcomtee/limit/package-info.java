// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator sets, and what bundles and contexts may have of a device.
 *
 * <p>Knows the options and their ranges, and which share each owner has. Does not know what is limited: whoever uses
 * something up asks here first.
 */
package org.ermine.tee.qcomtee.limit;
