// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Whose objects are whose: drawers of names. Knows nothing of how objects are stored. */
package org.ermine.tee.ta.sealedstorage.drawers;
