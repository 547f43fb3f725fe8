// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Commands on sealed objects, and on the store that they lie in. */
package org.ermine.tee.shell.sealed;
