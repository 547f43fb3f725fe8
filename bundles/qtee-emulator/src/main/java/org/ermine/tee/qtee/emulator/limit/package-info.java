// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * How much there may be of everything: what an operator sets, and what is counted against it.
 *
 * <p>Knows the options and their ranges, and the heap that is modelled. Does not know what is counted, nor why: whoever
 * takes of something asks here first. Stands at the bottom, as messages to operators name the options.
 *
 * <p>Holds no lock: settings are immutable, the heap counts by atomics.
 */
package org.ermine.tee.qtee.emulator.limit;
