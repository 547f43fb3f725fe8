// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Figures of the whole system, measured inside the distribution: {@code itests/figures/run} starts it, installs this
 * bundle and reads what it prints.
 */
package org.ermine.tee.itests.figures;
