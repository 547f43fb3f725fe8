// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** All that is sealed, out of the TA into an archive, and back. */
package org.ermine.tee.sealed.backup;
