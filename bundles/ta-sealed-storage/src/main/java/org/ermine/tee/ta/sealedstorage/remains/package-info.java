// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What is left of a store, whether or not it counts: it may be damaged, older, newer or another device's.
 *
 * <p>Knows how to find authentic parts of an index and the files of objects where no index tells of them. Does not
 * know what becomes of them: they are read by whoever salvages, and removed by whoever begins anew. Changes nothing.
 */
package org.ermine.tee.ta.sealedstorage.remains;
