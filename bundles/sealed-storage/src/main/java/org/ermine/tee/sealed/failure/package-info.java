// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** What went wrong, in words for the user: of the TA, of the way to it, of the user's own files, and interruption. */
package org.ermine.tee.sealed.failure;
