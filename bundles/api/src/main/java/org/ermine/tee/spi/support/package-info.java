// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What bundles of Ermine have in common, apart from their contracts. They are released together, no other bundle needs
 * the package, and it changes as these bundles need. It has no state that bundles share.
 *
 * <ul>
 * <li>{@link org.ermine.tee.spi.support.StackReserve}: for every way into Ermine from foreign code.
 * <li>{@link org.ermine.tee.spi.support.Separately}: for loops over what belongs to several owners.
 * <li>{@link org.ermine.tee.spi.support.OwnerName}: how an owner is called in all texts.
 * <li>{@link org.ermine.tee.spi.support.SpinTime}: for threads that wait for each other.
 * <li>{@link org.ermine.tee.spi.support.DurableFiles}: for files that are replaced, and have to outlast a loss of
 *     power.
 * </ul>
 */
@Export
@Version("1.0.0")
package org.ermine.tee.spi.support;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
