// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The chaos run: load and random actions on a framework with all of Ermine, and an account of every request.
 *
 * <ul>
 *   <li>This package is the driver. It runs outside the framework, carries out the actions that the seed tells, and
 *       looks for what is left in the end.
 *   <li>{@link org.ermine.tee.itests.chaos.ledger} is the accounting, which driver and bundles share.
 *   <li>{@code client}, {@code handler}, {@code crowd}, {@code hostile}, {@code trusted} and {@code inspector} are
 *       bundles, made when the run begins; each gets a copy of {@code tee}.
 * </ul>
 */
package org.ermine.tee.itests.chaos;
