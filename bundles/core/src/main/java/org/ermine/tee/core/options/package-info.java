// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The options of core, for its other packages. It has no threads and no locks. */
package org.ermine.tee.core.options;
