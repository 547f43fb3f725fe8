// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The counters in secure state that say which version of the index counts, and the numbers that versions get.
 *
 * <p>Knows how a number is made, that none is given out twice, and in which file the version of a number stands. Does
 * not know what an index is, nor what is in a file.
 *
 * <p>The normal world cannot turn these counters back. So whatever it does to files, an older version does not come to
 * count again.
 */
package org.ermine.tee.ta.sealedstorage.versions;
