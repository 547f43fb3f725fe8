// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The options of core. They are used by its other packages. This package has no threads and no locks. */
package org.ermine.tee.core.options;
