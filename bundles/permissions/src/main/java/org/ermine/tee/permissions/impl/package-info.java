// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Permissions: what the operator lets bundles do, by their symbolic names and by their signers.
 *
 * <p>{@link org.ermine.tee.permissions.impl.RulePolicy} is the service that core asks;
 * {@link org.ermine.tee.permissions.impl.Rules} is what is configured. The framework starts a bundle whether its
 * signature is valid or not, so signatures are verified here, of what the framework serves of a bundle:
 * {@link org.ermine.tee.permissions.impl.BundleJar} makes a jar of it,
 * {@link org.ermine.tee.permissions.impl.SignedJar} has the JDK verify that jar, and
 * {@link org.ermine.tee.permissions.impl.Signatures} adds the fragments.
 *
 * <p>The bundle has no threads. No lock is held while a bundle is read.
 */
package org.ermine.tee.permissions.impl;
