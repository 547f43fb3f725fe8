// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * How ratios are measured that hold on a machine that others use too. Subject and floor take turns in one JVM, in
 * slices of about a millisecond, so that whatever the machine does meanwhile it does to both; of the slices counts a
 * low quantile, since work that is disturbed takes longer and never less; and blocks of slices are repeated until the
 * interval of their ratios is narrow. A floor that takes what no machine plausibly takes discards what was compared
 * with it.
 */
package org.ermine.tee.itests.benchmarks.turns;
