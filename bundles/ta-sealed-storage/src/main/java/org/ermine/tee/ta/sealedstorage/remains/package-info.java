// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What is left of a store, whether or not it counts: it may be damaged, older, newer or another device's.
 *
 * <p>What the secure state says was committed last tells what is confirmed from what is not: the attempt that a crash
 * cut off may tell of objects that nobody was told were sealed. Such a version does not hide the one before, and has a
 * name that says so.
 *
 * <p>Knows how to find authentic parts of an index and the files of objects where no index tells of them. Does not
 * know what becomes of them: they are read by whoever salvages, and removed by whoever begins anew. Changes nothing.
 */
package org.ermine.tee.ta.sealedstorage.remains;
